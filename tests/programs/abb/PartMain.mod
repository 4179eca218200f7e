MODULE PartMain
  PROC main()
    MoveAbsJ jStart\NoEOffs, v500, fine, tGripper;
    rPlace;
  ENDPROC
ENDMODULE
