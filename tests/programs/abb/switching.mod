MODULE switching
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST jointtarget j1:=[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p1:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p2:=[[400,350,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p3:=[[450,350,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  VAR triggdata trOn;
  VAR triggdata trOff;
  VAR triggdata trLate;
  PROC main()
    MoveAbsJ j1, v500, fine, tGripper;
    TriggIO trOn, 0\Start\DOp:=lamp, 1;
    TriggIO trOff, 0.2\Time\DOp:=lamp, 0;
    TriggEquip trLate, 15, 0.1\DOp:=grip_close, 1;
    MoveL p1, v100, fine, tGripper\WObj:=wPallet;
    TriggL p2, v100, trOn\T2:=trOff, fine, tGripper\WObj:=wPallet;
    TriggC p3, p1, v100, trLate, fine, tGripper\WObj:=wPallet;
    TriggIO trOn, 20\DOp:=lamp, 1\DODelay:=0.4;
    TriggL p2, v100, trOn, fine, tGripper\WObj:=wPallet;
    TriggAbsJ j1, v500, trOff, fine, tGripper;
    PulseDO\High\PLength:=0.4, lamp;
    SetDO\SDelay:=0.3, grip_close, 0;
    WaitTime 1;
  ENDPROC
ENDMODULE
