MODULE logic
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  CONST jointtarget j1:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget j2:=[[20,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST num nMax:=3;
  CONST bool bFast:=TRUE;
  VAR num nPart:=2;
  VAR bool bDone;
  PROC main()
    nPart:=nPart*(nMax-1)+1;
    TEST nPart
    CASE 1,2:
      SetDO lamp, 1;
    CASE 5:
      Reset lamp;
    DEFAULT:
      Set lamp;
    ENDTEST
    FOR i FROM 4 TO 0 STEP -2 DO
      nPart:=nPart+i;
    ENDFOR
    FOR k FROM 1 TO nMax DO
      WaitTime 0.1;
    ENDFOR
    FOR k FROM 2 TO 6 DO
      rMove;
    ENDFOR
    IF bFast AND NOT bDone THEN
      bDone:=(ready=1) OR DInput(grip_closed)=0;
    ELSEIF di3=1 THEN
      bDone:=FALSE;
    ELSE
      bDone:=NOT (nPart<>7);
    ENDIF
    IF NOT bDone AND nPart>100 GOTO finish;
    WHILE DOutput(lamp)=high DO
      nPart:=nPart-1;
      IF nPart<0 RETURN;
      IF nPart<10 rMove;
    ENDWHILE
  finish:
    MoveAbsJ j1\NoEOffs, v100, fine, tGripper;
  ENDPROC
  LOCAL PROC rMove()
    MoveAbsJ j2\NoEOffs, v200, fine, tGripper;
    MoveAbsJ j1\NoEOffs, v200, fine, tGripper;
  ENDPROC
ENDMODULE
