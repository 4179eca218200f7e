MODULE params
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST num nHigh:=100;
  CONST robtarget pA:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pB:=[[500,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  VAR num nAny;
  PROC main()
    rPick pA, nHigh, v500;
    rPick pB, 60, v200;
    IF ready=1 rPick pA, nHigh, v500;
    rPick pA, nAny, v500;
    rOut lamp, 1;
  ENDPROC
  PROC rPick(robtarget pAt, num nUp, speeddata vel)
    MoveL Offs(pAt, 0, 0, nUp), vel, fine, tGripper\WObj:=wPallet;
    MoveL pAt, v100, fine, tGripper\WObj:=wPallet;
    rOut grip_close, 1;
  ENDPROC
  PROC rOut(VAR signaldo doAt, num nTo)
    SetDO doAt, nTo;
  ENDPROC
  PROC rOdd(INOUT num n\switch fast)
    n:=1;
  ENDPROC
ENDMODULE
