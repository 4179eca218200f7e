%%%
  VERSION:1
  LANGUAGE:ENGLISH
%%%

module backup(sysmodule, nostepin)
  ! Grundstellung für Station 5
  pers tooldata TGRIPPER:=[true,[[0,0,250],[1,0,0,0]],
      [12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];   ! from the load identification
  const jointtarget jhome:=[[0,0,0,0,+30,-0],[9E+09,9E9,9e09,9.0E9,9E9,9E9]];
  proc main()
    moveabsj jHome \noeoffs,V1000,Fine,tGripper; setdo GRIP_CLOSE, low;  ! two on one line
    MoveAbsJ
      [[10,.5,0,0,30,-1E1],[9E9,9E9,9E9,9E9,9E9,9E9]] \NoEOffs,
      v500, z50,   ! a comment in between
      tGripper;
    MOVEABSJ JHOME,v100,z0,TGRIPPER;
  endproc
endmodule
