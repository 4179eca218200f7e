MODULE rows
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wPallet:=[FALSE,TRUE,"",[[366.468,-997.848,-400],[0.96891242,0,0,-0.24740396]],[[0,0,0],[1,0,0,0]]];
  CONST num nPitch:=2*(nHalf-5)+10;
  CONST num nHalf:=20;
  CONST robtarget pFirst:=[[400,300,50],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget pPlace{3}:=[[[0,0,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],
    [[0,50,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]],
    [[0,100,10],[0,0,1,0],[0,0,0,0],[9E9,9E9,9E9,9E9,9E9,9E9]]];
  PROC main()
    FOR row FROM 0 TO 1 DO
      FOR i FROM 3 TO 1 DO
        MoveL Offs(pFirst, row*nPitch, (i-1)*nPitch, 0), v100, fine, tGripper\WObj:=wPallet;
        SetDO lamp, 1;
        MoveL pPlace{i}, v200, fine, tGripper\WObj:=wPallet;
        IF i=2 SetDO lamp, 0;
      ENDFOR
    ENDFOR
  ENDPROC
ENDMODULE
