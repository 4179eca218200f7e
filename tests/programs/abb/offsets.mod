MODULE offsets
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST num nHigh:=120.5;
  CONST robtarget pPick:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pRow{3}:=[[[0,0,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],
    [[0,50,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],
    [[0,100,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]]];
  CONST jointtarget jSafe:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  PROC main()
    MoveAbsJ jSafe\NoEOffs, v1000, fine, tGripper;
    MoveL Offs(pPick, 0, -20, nHigh), v500, z10, tGripper\WObj:=wPallet;
    MoveL pPick, v100, fine, tGripper\WObj:=wPallet;
    MoveL RelTool(pPick, 0, 0, -nHigh), v100, z5, tGripper\WObj:=wPallet;
    MoveL RelTool(pPick, 10, 0, -100\Rz:=90), v200, z5, tGripper\WObj:=wPallet;
    MoveL RelTool(Offs(pPick,0,0,5),0,0,-100\Rx:=90\Ry:=90), v200, fine, tGripper\WObj:=wPallet;
    MoveL pRow{2}, v100, z1, tGripper\WObj:=wPallet;
    MoveL pRow{4}, v100, fine, tGripper\WObj:=wPallet;
    MoveC pRow{1}, [[-50,-50,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]], v50, fine, tGripper\WObj:=wPallet;
  ENDPROC
ENDMODULE
