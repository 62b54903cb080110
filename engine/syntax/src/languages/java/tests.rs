//! What Java's sugar means.

use stoa_model::{Interner, NodeKind, rows::NO_ARGUMENT};

use super::*;
use crate::{Tree, Workspace};

/// The nodes of a kind, as `name full_name type`.
fn nodes(source: &str, kind: NodeKind) -> Vec<String> {
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    let outcome = Workspace::new().lower(&JAVA, "A.java", source.as_bytes(), &mut tree, &mut names);
    assert_eq!(outcome.error, None, "{source}");
    assert!(tree.nodes.iter().all(|n| n.kind != NodeKind::Unknown));
    let of_kind = tree.nodes.iter().filter(|n| n.kind == kind);
    of_kind
        .map(|n| {
            let texts = [n.name, n.full_name, n.signature, n.type_full_name, n.modifiers];
            let texts: Vec<&str> = texts.into_iter().filter_map(|s| Some(names.get(s.some()?))).collect();
            texts.join(" ")
        })
        .collect()
}

/// The outline of a method `m` with this body: one node a line.
fn body(statements: &str) -> String {
    let source = format!("class A {{ static void m() {{ {statements} }} }}");
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    let outcome = Workspace::new().lower(&JAVA, "A.java", source.as_bytes(), &mut tree, &mut names);
    assert_eq!(outcome.error, None, "{source}");
    let root = (0..tree.len()).find(|at| tree.get(*at).slot == Slot::Body).unwrap();
    let mut outline = String::new();
    for at in root + 1..=tree.get(root).last {
        let node = tree.get(at);
        let mut up = node.parent;
        while up != root {
            outline.push_str("  ");
            up = tree.get(up).parent;
        }
        outline.push_str(node.control.map_or(node.kind.as_str(), |c| c.as_str()));
        if node.name.is_some() {
            outline.push_str(&format!(" {}", names.get(node.name).replace("<operator>.", "")));
        }
        if node.is_argument() && node.argument_index != NO_ARGUMENT {
            outline.push_str(&format!(" #{}", node.argument_index));
        }
        if node.slot != Slot::None {
            outline.push_str(&format!(" @{:?}", node.slot));
        }
        outline.push('\n');
    }
    outline
}

#[test]
fn names_follow_the_package() {
    let source = "package a.b; class C<T> { int x; C(T t) {} class D { String m(List<T> l, int... n) { return null; } } }";
    assert_eq!(nodes(source, NodeKind::TypeDecl), ["C a.b.C", "D a.b.C.D"]);
    assert_eq!(nodes(source, NodeKind::Member), ["x a.b.C.x int"]);
    assert_eq!(
        nodes(source, NodeKind::Method),
        ["<init> a.b.C.<init> void(T)", "m a.b.C.D.m String(List,int[])", "<init> a.b.C.D.<init> void()"]
    );
    assert_eq!(
        nodes("import a.B; import static a.B.c; import a.*; class X {}", NodeKind::Import),
        ["B a.B", "c a.B.c", "* a"]
    );
}

#[test]
fn records_declare_fields_readers_and_a_constructor() {
    let source = "record P(int x, String y) { P { check(x); } public int x() { return 1; } }";
    assert_eq!(nodes(source, NodeKind::Member), ["x P.x int", "y P.y String"]);
    assert_eq!(
        nodes(source, NodeKind::Method),
        ["<init> P.<init> void(int,String)", "x P.x int() public", "y P.y String()"]
    );
}

#[test]
fn resources_are_closed_before_handlers_run() {
    assert_eq!(
        body("try (R r = open()) { use(r); } catch (E e) { log(e); }"),
        "\
TRY
  BLOCK @Body
    LOCAL r
      TYPE_REF R
    CALL assignment
      IDENTIFIER r #1
      CALL open #2
    TRY
      BLOCK @Body
        CALL use
          IDENTIFIER r #1
      BLOCK @Finally
        CALL close
          IDENTIFIER r #0
  CATCH @Catch
    TYPE_REF E
    LOCAL e
    BLOCK @Body
      CALL log
        IDENTIFIER e #1
"
    );
}

#[test]
fn a_negated_pattern_declares_before_the_statement() {
    assert_eq!(
        body("if (!(o instanceof T t)) return; use(t);"),
        "\
LOCAL t
  TYPE_REF T
IF
  CALL logicalNot @Condition
    CALL logicalAnd #1
      CALL instanceOf #1
        IDENTIFIER o #1
        TYPE_REF T #2
      CALL assignment #2
        IDENTIFIER t #1
        IDENTIFIER o #2
  BLOCK @Body
    RETURN
CALL use
  IDENTIFIER t #1
"
    );
}

#[test]
fn arrow_switches_are_matches() {
    assert_eq!(
        body("int v = switch (f()) { case T t when t.ok -> t.x; default -> { yield 1; } };"),
        "\
LOCAL v
CALL assignment
  IDENTIFIER v #1
  MATCH #2
    LOCAL <tmp>0
    CALL assignment @Condition
      IDENTIFIER <tmp>0 #1
      CALL f #2
    BLOCK @Arm
      JUMP_TARGET case
      CALL instanceOf
        IDENTIFIER <tmp>0 #1
        TYPE_REF T #2
      LOCAL t
        TYPE_REF T
      CALL assignment
        IDENTIFIER t #1
        IDENTIFIER <tmp>0 #2
      CALL fieldAccess @Guard
        IDENTIFIER t #1
        FIELD_IDENTIFIER ok #2
      CALL fieldAccess
        IDENTIFIER t #1
        FIELD_IDENTIFIER x #2
    BLOCK @Arm
      JUMP_TARGET default
      YIELD
        LITERAL 1
"
    );
}

#[test]
fn cases_fall_through_in_one_block() {
    assert_eq!(
        body("switch (x) { case 1: case 2: f(); default: g(); }"),
        "\
SWITCH
  IDENTIFIER x @Condition
  BLOCK @Body
    JUMP_TARGET case
    LITERAL 1
    JUMP_TARGET case
    LITERAL 2
    CALL f
    JUMP_TARGET default
    CALL g
"
    );
}

#[test]
fn anonymous_classes_stand_below_the_call() {
    assert_eq!(
        body("new T(1) { void f() {} }; g(A::b);"),
        "\
CALL <init>
  LITERAL 1 #1
  TYPE_DECL <anonymous>0
    TYPE_REF T
    METHOD f
      METHOD_PARAMETER_IN this #0
      BLOCK @Body
      METHOD_RETURN
CALL g
  METHOD_REF b #1
    IDENTIFIER A
"
    );
}

#[test]
fn broken_source_never_stops_lowering() {
    for source in ["class", "class A { void m( { if } }", "package ;", "{ P { } switch (", "@ new int[] ::"] {
        let (mut tree, mut names) = (Tree::default(), Interner::new());
        Workspace::new().lower(&JAVA, "A.java", source.as_bytes(), &mut tree, &mut names);
        assert!(!tree.is_empty());
    }
}
