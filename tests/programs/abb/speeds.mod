MODULE speeds
  PERS tooldata tGripper:=[TRUE,[[0,0,250],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  CONST jointtarget j1:=[[0,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget j2:=[[5,0,0,0,90,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST speeddata vSlow:=[37.5,500,5000,1000];
  CONST zonedata zWide:=[FALSE,35,52.5,52.5,5.3,52.5,5.3];
  CONST zonedata zStop:=[TRUE,0,0,0,0,0,0];
  VAR speeddata vAny:=[50,500,5000,1000];
  PROC main()
    MoveAbsJ j1\NoEOffs, vSlow, zWide, tGripper;
    MoveAbsJ j2\NoEOffs, vSlow\V:=80, zStop, tGripper;
    MoveAbsJ j1\NoEOffs, v100\T:=2.5, z200\Z:=12, tGripper;
    MoveAbsJ j2\NoEOffs, [60,500,5000,1000], [FALSE,3,4.5,4.5,0.5,4.5,0.5], tGripper;
    MoveAbsJ j1\NoEOffs, vmax, fine, tGripper;
    VelSet 50, 400;
    MoveAbsJ j2\NoEOffs, v600, z0, tGripper;
    MoveAbsJ j1\NoEOffs, v2000, fine, tGripper;
    VelSet 100, 5000;
    AccSet 10, 100;
    MoveAbsJ j2\NoEOffs, v100, fine, tGripper;
    AccSet 100, 100;
    MoveAbsJ j1\NoEOffs, v110, fine, tGripper;
    MoveAbsJ j1\NoEOffs, vAny, fine, tGripper;
    vAny.v_tcp:=70;
    AccSet 100, 50;
    MoveAbsJ j2\NoEOffs, v100, fine, tGripper;
  ENDPROC
ENDMODULE
