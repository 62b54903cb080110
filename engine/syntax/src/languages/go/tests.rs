use crate::testing::{assert_outline, assigned, outline};

fn body(statements: &str) -> String {
    format!("package p\nfunc f(a, b int) (r T, err error) {{\n{statements}\n}}\n")
}

#[test]
fn swaps_compute_all_values_first() {
    assert_outline(
        "d/x.go",
        &body("a, b = b, a"),
        r#"
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  IDENTIFIER b #2
LOCAL <tmp>1
CALL assignment
  IDENTIFIER <tmp>1 #1
  IDENTIFIER a #2
CALL assignment
  IDENTIFIER a #1
  IDENTIFIER <tmp>0 #2
CALL assignment
  IDENTIFIER b #1
  IDENTIFIER <tmp>1 #2
"#,
    );
}

#[test]
fn short_declarations_declare_what_the_scope_lacks() {
    assert_outline(
        "d/x.go",
        &body("x, err := g()"),
        r#"
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  CALL g #2
LOCAL x
CALL assignment
  IDENTIFIER x #1
  CALL indexAccess #2
    IDENTIFIER <tmp>0 #1
    LITERAL 0 type=int #2
CALL assignment
  IDENTIFIER err #1
"#,
    );
    // An inner scope shadows.
    assert_outline(
        "d/x.go",
        &body("if err := g(); err != nil { return }"),
        r#"
BLOCK
  LOCAL err
  CALL assignment
    IDENTIFIER err #1
    CALL g #2
  CONTROL_STRUCTURE IF
    CALL notEquals @Condition
      IDENTIFIER err #1
      LITERAL nil type=null #2
    BLOCK @Body
      RETURN
        CALL tupleLiteral #1
          IDENTIFIER r #1
          IDENTIFIER err #2
"#,
    );
}

#[test]
fn methods_are_called_after_their_type() {
    assert_outline(
        "d/x.go",
        "package p\nfunc (l *List[T]) Add(vs ...T) (int, error) { return 1, nil }\n",
        r#"
METHOD Add full=d.List.Add
  TYPE_PARAMETER T full=d.List.Add.T
  METHOD_PARAMETER_IN l type=List #0
    TYPE_REF List
      TYPE_REF T
  METHOD_PARAMETER_IN vs type=T #1
    TYPE_REF T
  BLOCK @Body
    RETURN
      CALL tupleLiteral #1
        LITERAL 1 type=int #1
        LITERAL nil type=null #2
  METHOD_RETURN type=(int, error)
"#,
    );
    assert!(outline("main.go", "package main\nfunc f() {}\n").contains("METHOD f full=main.f"));
}

#[test]
fn embedded_types_are_members_and_supertypes() {
    assert_outline(
        "d/x.go",
        "package p\ntype S struct { *io.Reader; a int `x:\"y\"` }\n",
        r#"
TYPE_DECL S full=d.S
  MODIFIER struct
  MEMBER Reader full=d.S.Reader type=io.Reader
    TYPE_REF Reader full=io.Reader
  TYPE_REF Reader full=io.Reader
  MEMBER a full=d.S.a type=int
    LITERAL `x:"y"` type=string
"#,
    );
    assert_outline(
        "d/x.go",
        "package p\ntype I interface { Base; M(a T) error; ~int | U }\n",
        r#"
TYPE_DECL I full=d.I
  MODIFIER interface
  TYPE_REF Base
  METHOD M full=d.I.M
    METHOD_PARAMETER_IN a type=T #1
      TYPE_REF T
    METHOD_RETURN type=error
  TYPE_REF U
"#,
    );
}

#[test]
fn choices_have_arms() {
    assert_outline(
        "d/x.go",
        &body("L:\nswitch x := g().(type) {\ncase *T:\n break L\ndefault:\n}"),
        r#"
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  CALL g #2
JUMP_TARGET L
CONTROL_STRUCTURE MATCH
  IDENTIFIER <tmp>0 @Condition
  BLOCK @Arm
    JUMP_TARGET case
    TYPE_REF T
    LOCAL x type=T
    CALL assignment
      IDENTIFIER x #1
      IDENTIFIER <tmp>0 #2
    CONTROL_STRUCTURE BREAK L
"#,
    );
    assert_outline(
        "d/x.go",
        &body("select {\ncase v := <-ch:\n g(v)\ncase ch <- 1:\n}"),
        r#"
CONTROL_STRUCTURE MATCH
  BLOCK @Arm
    JUMP_TARGET case
    LOCAL v
    CALL assignment
      IDENTIFIER v #1
      CALL receive #2
        IDENTIFIER ch #1
    CALL g
      IDENTIFIER v #1
  BLOCK @Arm
    JUMP_TARGET case
    CALL send
      IDENTIFIER ch #1
      LITERAL 1 type=int #2
"#,
    );
    assert_outline(
        "d/x.go",
        &body("switch {\ncase a > 1, b:\n fallthrough\ndefault:\n}"),
        r#"
JUMP_TARGET case
CALL logicalOr @Guard
  CALL greaterThan #1
    IDENTIFIER a #1
    LITERAL 1 type=int #2
  IDENTIFIER b #2
CONTROL_STRUCTURE FALLTHROUGH
"#,
    );
}

#[test]
fn ranges_are_loops_over_elements() {
    assert_outline(
        "d/x.go",
        &body("for i, a = range m { defer g(i) }"),
        r#"
BLOCK @Body
  LOCAL <tmp>1
  CALL assignment
    IDENTIFIER <tmp>1 #1
    CALL next #2
      IDENTIFIER <tmp>0 #1
  CALL assignment
    IDENTIFIER i #1
    CALL indexAccess #2
      IDENTIFIER <tmp>1 #1
      LITERAL 0 type=int #2
"#,
    );
}

#[test]
fn elements_take_the_type_of_the_literal_around_them() {
    assert_outline(
        "d/x.go",
        "package p\nvar x = map[string][]*q.T{\"k\": {{a: 1}}}\n",
        r#"
MEMBER x full=d.x
  CALL assignment
    IDENTIFIER x #1
    CALL dictLiteral #2
      TYPE_REF map
        TYPE_REF T full=q.T
      LITERAL "k" type=string #1
      CALL listLiteral #2
        CALL structLiteral #1
          FIELD_IDENTIFIER a
          LITERAL 1 type=int #1
"#,
    );
}

#[test]
fn constants_repeat() {
    assert_outline(
        "d/x.go",
        "package p\nconst (\n A Color = iota\n B\n)\n",
        r#"
MEMBER B full=d.B type=Color
  CALL assignment
    IDENTIFIER B #1
    LITERAL iota type=int #2
"#,
    );
}

#[test]
fn imports_bind_the_package_name() {
    let text = outline(
        "d/x.go",
        "package p\nimport (\n \"a/b/v2\"\n y \"gopkg.in/yaml.v3\"\n _ \"c\"\n . \"e\"\n)\n",
    );
    for line in
        ["IMPORT b full=a/b/v2", "IMPORT y full=gopkg.in/yaml.v3", "IMPORT _ full=c", "IMPORT * full=e"]
    {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn nothing_is_too_deep() {
    let n = 30_000;
    for source in [
        format!("package p\nvar x {}int\n", "[]".repeat(n)),
        format!("package p\nvar x = {}T{{{}{}}}\n", "[]".repeat(3), "{".repeat(n), "}".repeat(n)),
        format!("package p\nfunc f() {{ switch {{ case a{}: }} }}\n", ", a".repeat(n)),
    ] {
        let (mut tree, mut names) = (crate::Tree::default(), stoa_model::Interner::new());
        let outcome =
            crate::Workspace::new().lower(&super::GO, "p/m.go", source.as_bytes(), &mut tree, &mut names);
        assert!(outcome.error.is_some(), "{} {outcome:?}", &source[..30]);
    }
}

/// What is in front of a field is evaluated before anything is assigned.
#[test]
fn a_field_is_written_before_the_variable_it_is_found_through() {
    let moved = outline("p/m.go", "package p\nfunc f() { p, p.next = p.next, q }\n");
    let expected = ["IDENTIFIER <tmp>0 #1", "IDENTIFIER <tmp>1 #1", "CALL fieldAccess #1", "IDENTIFIER p #1"];
    assert_eq!(assigned(&moved), expected);
    let kept = outline("p/m.go", "package p\nfunc f() { p, r.next = p.next, q }\n");
    assert_eq!(assigned(&kept)[2..], ["IDENTIFIER p #1", "CALL fieldAccess #1"]);
}
