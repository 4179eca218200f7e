MODULE front_door
  PERS tooldata tGripper:=[TRUE,[[0.000,0.000,250.000],[1,0,0,0]],[12,[0,10,100],[1,0,0,0],0.1,0.1,0.1]];
  TASK PERS wobjdata wBody:=[FALSE,TRUE,"",[[1380.570,-184.462,-300.000],[0.96770153,-0.01236504,0.04842544,0.24709477]],[[0.000,0.000,0.000],[1,0,0,0]]];
  CONST speeddata v680:=[680,500,5000,1000];
  CONST speeddata v120:=[120,500,5000,1000];
  CONST speeddata v1800:=[1800,500,5000,1000];
  CONST speeddata v1900:=[1900,500,5000,1000];
  CONST speeddata v250:=[250,500,5000,1000];
  CONST jointtarget home:=[[0.0000,0.0000,0.0000,0.0000,30.0000,0.0000],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST jointtarget over:=[[15.5000,10.0000,-5.2500,0.0000,45.0000,90.0000],[9E9,9E9,9E9,9E9,9E9,9E9]];
  CONST robtarget grip:=[[800.000,-120.500,450.000],[0,-0.96592583,-0.25881905,0],[0,0,1,0],[9E9,9E9,9E9,9E9,9E9,9E9]];
  VAR num strokes;

  PROC main()
    ! grip the door at its window rim
    MoveAbsJ home\NoEOffs, v600, fine, tGripper;
    MoveAbsJ over\NoEOffs, v680, fine, tGripper;  ! above the rim
    MoveL grip, v120, fine, tGripper\WObj:=wBody;
    SetDO grip_close, 1;
    WaitDI grip_closed, 1\MaxTime:=2;
    IF ready=0 THEN
      SetDO lamp, 1;
      WaitTime 0.5;
    ENDIF
    strokes:=0;
    FOR i FROM 1 TO 3 DO
      stroke;
      strokes:=strokes + 1;
    ENDFOR
    MoveAbsJ home\NoEOffs, v1800, fine, tGripper;
  ENDPROC

  PROC stroke()
    MoveAbsJ over\NoEOffs, v1900, fine, tGripper;
    MoveL grip, v250, fine, tGripper\WObj:=wBody;
  ENDPROC
ENDMODULE
