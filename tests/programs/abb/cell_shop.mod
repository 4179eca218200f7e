MODULE cell_shop
  RECORD order
    num kind;
    bool urgent;
    string label;
  ENDRECORD
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST robtarget pA:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pB:=[[500,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pAll{2}:=[pA,pB];
  CONST jointtarget jHome:=[[0,0,0,0,30,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  VAR order next;
  VAR num count;
  VAR num seen;
  VAR num last;
  VAR string told;
  VAR clock watch;
  VAR intnum iDoor;
  VAR triggdata trOn;
  VAR triggdata trOff;

  TRAP tDoor
    ! somebody opened it
    Incr seen;
    TPWrite "door";
  ENDTRAP

  FUNC robtarget Above(robtarget p, num high)
    VAR robtarget up;
    VAR num twice;
    twice:=2*high;
    up:=p;
    up.trans.z:=up.trans.z+twice;
    RETURN up;
  ENDFUNC

  PROC main()
    IDelete iDoor;
    CONNECT iDoor WITH tDoor;
    ISignalDI ready, 1, iDoor;
    MoveAbsJ jHome\NoEOffs, v500, fine, tGripper;
    TriggIO trOn, 20\Start\DOp:=lamp, 1;
    TriggEquip trOff, 15, 0.1\DOp:=lamp, 0;
    MoveL Above(pA,25), v200, fine, tGripper\WObj:=wPallet;
    TriggL pA, v100, trOn\T2:=trOff, fine, tGripper\WObj:=wPallet;
    PulseDO\High\PLength:=0.4, grip_close;
    SetDO\SDelay:=0.3, lamp, 1;
    next.kind:=2;
    told:="order "+NumToStr(next.kind,0);
    last:=ClkRead(watch);
    IF next.kind=2 THEN
      count:=3;
    ELSE
      count:=1;
    ENDIF
    FOR i FROM 1 TO count DO
      WaitTime 0.1;
    ENDFOR
    FOR k FROM 1 TO Dim(pAll,1) DO
      rVisit k, count;
    ENDFOR
    TEST next.kind
    CASE 1,2:
      Reset lamp;
    DEFAULT:
      Stop;
    ENDTEST
    MoveAbsJ jHome\NoEOffs, v500, fine, tGripper;
    ExitCycle;
  ENDPROC

  PROC rVisit(num which, num times)
    MoveL pAll{which}, v100, fine, tGripper\WObj:=wPallet;
    WHILE times>2 DO
      times:=times-1;
    ENDWHILE
  ENDPROC
ENDMODULE
