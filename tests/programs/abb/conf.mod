MODULE conf
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  CONST robtarget pDown:=[[1462.5,0,1655],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pFlip:=[[1462.5,0,1655],[0,0,1,0],[0,2,-2,1],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pWrong:=[[1462.5,0,1655],[0,0,1,0],[0,0,-2,1],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pFar:=[[9462.5,0,1655],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PROC main()
    MoveJ pDown, v500, fine, tGripper;
    MoveJ pFlip, v500, fine, tGripper\WObj:=wobj0;
    MoveJ pWrong, v500, fine, tGripper;
    MoveJ pFar, v500, fine, tGripper;
    ConfJ\Off;
    MoveJ pWrong, v500, fine, tGripper;
    ConfJ\On;
    MoveL pDown, v500, fine, tGripper;
    ConfL\Off;
    MoveL pWrong, v500, fine, tGripper;
  ENDPROC
ENDMODULE
