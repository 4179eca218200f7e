MODULE PartData
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wBody:=[FALSE,TRUE,"",[[1380.570,-184.462,-300],[0.96770153,-0.01236504,0.04842544,0.24709477]],[[0,0,0],[1,0,0,0]]];
  CONST jointtarget jStart:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PROC rPlace()
    MoveL [[100,200,300],[0.70710678,0,0.70710678,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]], v100, fine, tGripper\WObj:=wBody;
  ENDPROC
ENDMODULE
