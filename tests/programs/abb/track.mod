MODULE track
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST jointtarget jA:=[[0,0,0,0,90,0],[1500.5,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pA:=[[0,0,100],[0,0,1,0],[0,0,0,0],[1500.5,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget jNone:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PROC main()
    MoveAbsJ jA\NoEOffs, v500, fine, tGripper;
    MoveL pA, v500, fine, tGripper\WObj:=wPallet;
    MoveAbsJ jNone\NoEOffs, v500, fine, tGripper;
    MoveL pA, v500, fine, tGripper;
  ENDPROC
ENDMODULE
