//! What the sugar of C# means.

use crate::testing::{assert_outline, assigned, outline};

#[track_caller]
fn body(statements: &str, expected: &str) {
    assert_outline("a.cs", &format!("class A {{ static void M() {{ {statements} }} }}"), expected);
}

#[test]
fn names_follow_the_namespace() {
    let source =
        "using System; using X = A.B<int>; namespace N.M { class C<T> : Base { int F; void I.G(T t) {} } }
                  namespace O { enum E { One = 1 } }";
    let outline = outline("a.cs", source);
    for line in [
        "IMPORT * full=System",
        "IMPORT X full=A.B",
        "TYPE_DECL C full=N.M.C",
        "MEMBER F full=N.M.C.F type=int",
        "METHOD G full=N.M.C.I.G",
        "NAMESPACE_BLOCK O full=O",
        "MEMBER One full=O.E.One type=O.E",
    ] {
        assert!(outline.lines().any(|l| l.trim_start() == line), "{line}\n{outline}");
    }
}

#[test]
fn statements_of_the_top_level_are_the_module() {
    let outline = outline("a.cs", "var x = 1; System.Console.WriteLine(x); class A {}");
    assert!(outline.starts_with("METHOD <module> full=<module>"), "{outline}");
    assert!(outline.contains("TYPE_DECL A full=A"), "{outline}");
}

#[test]
fn properties_are_members_and_their_bodies_methods() {
    let source = "class A { int P { get; set; } int Q => 1; int R { get { return 1; } set => x = value; } int this[int i] => i; }";
    let outline = outline("a.cs", source);
    let methods: Vec<&str> =
        outline.lines().filter(|l| l.starts_with("  METHOD ")).filter_map(|l| l.split(' ').nth(3)).collect();
    assert_eq!(methods, ["get_Q", "get_R", "set_R", "get_Item", "<init>"]);
    let members = outline.lines().filter(|l| l.starts_with("  MEMBER ")).count();
    assert_eq!(members, 4);
}

#[test]
fn primary_constructors_declare_members_and_assign_them() {
    let outline = outline("a.cs", "record R(int A) : Base(A);");
    for line in
        ["MEMBER A full=R.A type=int", "METHOD <init> full=R.<init>", "CALL <init> full=Base type=Base"]
    {
        assert!(outline.lines().any(|l| l.trim_start() == line), "{line}\n{outline}");
    }
}

#[test]
fn the_receiver_of_an_extension_method_is_parameter_0() {
    let source = "static class A { public static int F(this B b, int n) => n; }";
    assert_outline(
        "a.cs",
        source,
        "
METHOD_PARAMETER_IN b type=B #0
  MODIFIER this
  TYPE_REF B
METHOD_PARAMETER_IN n type=int #1
",
    );
}

#[test]
fn null_conditional_access_tests_what_it_stands_on() {
    body(
        "a?.b.c();",
        "
CALL conditional
  CALL equals #1
    IDENTIFIER a #1
    LITERAL null type=null #2
  LITERAL null type=null #2
  CALL c #3
    CALL fieldAccess #0
      IDENTIFIER a #1
      FIELD_IDENTIFIER b #2
",
    );
}

#[test]
fn queries_are_calls() {
    body(
        "var q = from x in xs where p(x) select x.y;",
        "
CALL Select #2
  CALL Where #0
    IDENTIFIER xs #0
    METHOD_REF <lambda>0 full=A.M.<lambda>0 #1
      METHOD <lambda>0 full=A.M.<lambda>0
        METHOD_PARAMETER_IN x #1
        BLOCK @Body
          RETURN
            CALL p #1
              IDENTIFIER x #1
",
    );
}

#[test]
fn objects_are_filled_before_they_are_used() {
    body(
        "f(new T(1) { A = 2, B = { 3 } });",
        "
BLOCK type=T #1
  LOCAL <tmp>0 type=T
  CALL assignment
    IDENTIFIER <tmp>0 #1
    CALL <init> full=T type=T #2
      LITERAL 1 type=int #1
  CALL assignment
    CALL fieldAccess #1
      IDENTIFIER <tmp>0 #1
      FIELD_IDENTIFIER A #2
    LITERAL 2 type=int #2
  CALL Add
    CALL fieldAccess #0
      IDENTIFIER <tmp>0 #1
      FIELD_IDENTIFIER B #2
    LITERAL 3 type=int #1
  IDENTIFIER <tmp>0
",
    );
}

#[test]
fn a_using_declaration_guards_the_rest_of_its_block() {
    body(
        "using var r = open(); work(r);",
        "
LOCAL r
CALL assignment
  IDENTIFIER r #1
  CALL open #2
CONTROL_STRUCTURE TRY
  BLOCK @Body
    CALL work
      IDENTIFIER r #1
  BLOCK @Finally
    CALL Dispose
      IDENTIFIER r #0
",
    );
}

#[test]
fn deconstruction_assigns_each_name() {
    body(
        "(int a, x.b) = p;",
        "
LOCAL a type=int
CALL assignment
  IDENTIFIER a #1
  CALL indexAccess #2
    IDENTIFIER p #1
    LITERAL 0 type=int #2
CALL assignment
  CALL fieldAccess #1
    IDENTIFIER x #1
    FIELD_IDENTIFIER b #2
  CALL indexAccess #2
    IDENTIFIER p #1
    LITERAL 1 type=int #2
",
    );
}

#[test]
fn patterns_are_tests_and_bindings() {
    body(
        "var r = o switch { string s when s != t => 1, > 5 and < 7 => 2, _ => 3 };",
        "
BLOCK @Arm
  JUMP_TARGET case
  CALL instanceOf
    IDENTIFIER <tmp>0 #1
    TYPE_REF string #2
  LOCAL s type=string
  CALL assignment
    IDENTIFIER s #1
    IDENTIFIER <tmp>0 #2
  CALL notEquals @Guard
    IDENTIFIER s #1
    IDENTIFIER t #2
  LITERAL 1 type=int
BLOCK @Arm
  JUMP_TARGET case
  CALL greaterThan
    IDENTIFIER <tmp>0 #1
    LITERAL 5 type=int #2
  CALL lessThan
    IDENTIFIER <tmp>0 #1
    LITERAL 7 type=int #2
  LITERAL 2 type=int
BLOCK @Arm
  JUMP_TARGET default
  LITERAL 3 type=int
",
    );
}

#[test]
fn a_filtered_handler_throws_on() {
    body(
        "try { f(); } catch (E e) when (e.X) { g(); }",
        "
CONTROL_STRUCTURE IF
  CALL logicalNot @Condition
    CALL fieldAccess #1
      IDENTIFIER e #1
      FIELD_IDENTIFIER X #2
  BLOCK @Body
    CONTROL_STRUCTURE THROW
CALL g
",
    );
}

/// What is in front of a field is evaluated before anything is assigned, and so is the value.
#[test]
fn deconstruction_evaluates_before_it_assigns() {
    let lower =
        |statement: &str| outline("a.cs", &format!("class A {{ static void M() {{ {statement} }} }}"));
    let moved = lower("(p, p.Next) = (p.Next, q);");
    assert_eq!(assigned(&moved), ["IDENTIFIER <tmp>0 #1", "CALL fieldAccess #1", "IDENTIFIER p #1"]);
    let overwritten = lower("(p, q) = p;");
    assert_eq!(assigned(&overwritten), ["IDENTIFIER <tmp>0 #1", "IDENTIFIER p #1", "IDENTIFIER q #1"]);
    assert_eq!(assigned(&lower("(p, q) = r;")), ["IDENTIFIER p #1", "IDENTIFIER q #1"]);
}
