MODULE waits
  VAR bool bLate;
  VAR bool bOther;
  PROC main()
    WaitDI ready, 1;
    WaitDI di1, high\MaxTime:=2.5;
    WaitUntil ready=1 AND grip_closed=0\MaxTime:=1;
    WaitDO lamp, 0;
    WaitDI ready, 1\MaxTime:=3\TimeFlag:=bLate;
    IF bLate THEN
      TPWrite "no part";
      GOTO missing;
    ENDIF
    WaitDI grip_closed, 1\MaxTime:=4\TimeFlag:=bOther;
    IF bOther=TRUE THEN
      SetDO lamp, 1;
    ENDIF
    WaitTime\InPos, 0.25;
    RETURN;
  missing:
    SetDO lamp, 1;
  ENDPROC
  PROC rHandled()
    WaitDI ready, 1\MaxTime:=5;
  ERROR (ERR_WAIT_MAXTIME, ERR_NORUNUNIT)
    IF ERRNO=ERR_WAIT_MAXTIME THEN
      RETRY;
    ENDIF
  ENDPROC
ENDMODULE
