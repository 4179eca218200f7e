MODULE flyby
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST robtarget p1:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p2:=[[400,350,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p3:=[[450,350,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  VAR num n;
  VAR triggdata trLamp;
  VAR triggdata trEarly;
  PROC main()
    MoveL p1, v500, z10, tGripper\WObj:=wPallet;
    SetDO lamp, 1;
    MoveLDO p2, v500, z10, tGripper\WObj:=wPallet, lamp, 0;
    MoveL p1, v500, z10, tGripper\WObj:=wPallet;
    n:=n+1;
    MoveCDO p3, p2, v500, z5, tGripper\WObj:=wPallet, grip_close, high;
    MoveL p1, v500, fine, tGripper\WObj:=wPallet;
    SetDO lamp, 1;
    FOR i FROM 1 TO 2 DO
      MoveL p1, v500, z10, tGripper\WObj:=wPallet;
      MoveL p2, v500, z10, tGripper\WObj:=wPallet;
    ENDFOR
    rNext;
    MoveL p1, v500, z10, tGripper\WObj:=wPallet;
    WHILE ready=1 DO
      MoveL p2, v500, fine, tGripper\WObj:=wPallet;
    ENDWHILE
  ENDPROC
  PROC rTrigger()
    TriggIO trLamp, 0\DOp:=lamp, 1;
    TriggIO trEarly, 15\DOp:=lamp, 0;
    TriggL p1, v500, trLamp, z10, tGripper\WObj:=wPallet;
    TriggL p2, v500, trLamp\T2:=trEarly, z10, tGripper\WObj:=wPallet;
    TriggL p2, v500, trEarly, fine, tGripper\WObj:=wPallet;
  ENDPROC
  PROC rNext()
    MoveL p3, v500, z10, tGripper\WObj:=wPallet;
  ENDPROC
ENDMODULE
