MODULE locals
  VAR num count:=5;
  VAR bool ready_flag:=FALSE;
  PROC main()
    VAR num count:=1;
    VAR num step{3};
    VAR string text:="a; ! b";
    count:=count+1;
    rAdd;
    IF ready_flag rAdd;
  ENDPROC
  PROC rAdd()
    VAR num total;
    count:=count+10;
    total:=count;
  ENDPROC
  PROC rWith(num n)
    count:=n;
  ENDPROC
ENDMODULE
