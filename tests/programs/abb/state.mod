MODULE state
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  CONST jointtarget j1:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget p1:=[[1462.5,0,1600],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PERS robtarget pShift:=[[0,0,10],[1,0,0,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PROC main()
    SingArea\Off;
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper;
    SingArea\Wrist;
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper;
    MoveL p1, v500, fine, tGripper;
    SingArea\Off;
    MoveL p1, v500, fine, tGripper;
    PDispSet [[10,0,0],[1,0,0,0]];
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper;
    PDispOff;
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper;
    IF ready=1 THEN
      SoftAct 3, 90;
    ENDIF
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper;
    SoftDeact;
    MoveL\Conc, p1, v500, fine, tGripper;
    SetDO lamp, 1;
    MoveL *, v500, fine, tGripper;
    MoveAbsJ j1\NoEOffs, v500, fine, tGripper\TLoad:=load0;
    MoveL pShift, v500, fine, tGripper;
    pShift.trans.z:=20;
    PulseDO\PLength:=0.2, lamp;
    Stop;
    rOther 1, 2;
    MoveL p1, v500, fine, tOther;
    MoveL p1, v500, fine, tool0;
    MoveAbsJ j1\NoEOffs, v500, fine, gripper_tip;
    ConfL\On;
    TPWrite "done";
    GripLoad load0;
  ENDPROC
  FUNC num fDouble(num n)
    RETURN 2*n;
  ENDFUNC
  TRAP tStop
    StopMove;
  ENDTRAP
ENDMODULE
