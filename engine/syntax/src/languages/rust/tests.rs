use crate::testing::{assert_outline, assigned, outline};

fn holds(source: &str, expected: &str) {
    assert_outline("k/src/m.rs", source, expected);
}

#[test]
fn items_are_qualified_by_module_and_type() {
    holds(
        "mod a { struct T; impl Clone for T { fn clone(&self) -> Self { T } } }",
        "
NAMESPACE_BLOCK a full=k::m::a
  TYPE_DECL T full=k::m::a::T
    MODIFIER struct
  NAMESPACE_BLOCK impl Clone for T full=k::m::a::T
    TYPE_REF Clone
    TYPE_REF T
    METHOD clone full=k::m::a::T::clone
      METHOD_PARAMETER_IN self type=k::m::a::T #0
      TYPE_REF Self full=k::m::a::T
      BLOCK @Body
        RETURN
          IDENTIFIER T #1
      METHOD_RETURN type=k::m::a::T",
    );
    holds("use crate::b::T; impl T { const A: u8 = 1; }", "NAMESPACE_BLOCK impl T full=k::b::T");
    holds(
        "#[x] pub struct A(pub u8, B);",
        "
  ANNOTATION x
  MODIFIER pub
  MODIFIER struct
  MEMBER 0 full=k::m::A::0 type=u8
    MODIFIER pub
  MEMBER 1 full=k::m::A::1 type=B
    TYPE_REF B",
    );
}

#[test]
fn use_trees_are_flat() {
    holds(
        "pub use a::{self, b as c, d::{e, *}}; use super::x::Y;",
        "
IMPORT a full=a
IMPORT c full=a::b
IMPORT e full=a::d::e
IMPORT * full=a::d
IMPORT Y full=k::x::Y",
    );
}

#[test]
fn try_and_let_else() {
    holds(
        "fn f() { let Some(x) = g()? else { return }; }",
        "
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  CALL try #2
    CALL g #1
CONTROL_STRUCTURE IF
  CALL matches @Condition
    IDENTIFIER <tmp>0 #1
    IDENTIFIER Some #2
  BLOCK @Else
    RETURN
LOCAL x
CALL assignment
  IDENTIFIER x #1
  CALL fieldAccess #2
    IDENTIFIER <tmp>0 #1
    FIELD_IDENTIFIER 0 #2",
    );
}

#[test]
fn chains_bind_before_they_go_on() {
    holds(
        "fn f(o: O) { if let Some(x) = o && x > 1 { h(x) } }",
        "
CALL logicalAnd @Condition
  CALL matches #1
    IDENTIFIER o #1
    IDENTIFIER Some #2
  BLOCK #2
    LOCAL x
    CALL assignment
      IDENTIFIER x #1
      CALL fieldAccess #2
        IDENTIFIER o #1
        FIELD_IDENTIFIER 0 #2
    CALL greaterThan
      IDENTIFIER x #1
      LITERAL 1 type=int #2
BLOCK @Body
  LOCAL x",
    );
}

#[test]
fn arms_test_bind_and_guard() {
    holds(
        "fn f(e: E) -> u8 { match e { E::A { n, .. } if n > 1 => n, 1..=3 | E::B => 2, _ => 3 } }",
        "
CONTROL_STRUCTURE MATCH #1
  IDENTIFIER e @Condition
  BLOCK @Arm
    JUMP_TARGET case
    IDENTIFIER E::A full=E::A
    LOCAL n
    CALL assignment
      IDENTIFIER n #1
      CALL fieldAccess #2
        IDENTIFIER e #1
        FIELD_IDENTIFIER n #2
    CALL greaterThan @Guard
      IDENTIFIER n #1
      LITERAL 1 type=int #2
    IDENTIFIER n
  BLOCK @Arm
    JUMP_TARGET case
    CALL range
      LITERAL 1 type=int #1
      LITERAL 3 type=int #2
    IDENTIFIER E::B full=E::B
    LITERAL 2 type=int
  BLOCK @Arm
    JUMP_TARGET default
    LITERAL 3 type=int",
    );
}

#[test]
fn labels_stand_in_front() {
    holds(
        "fn f() { let x = 'a: loop { break 'a 1; }; }",
        "
CALL assignment
  IDENTIFIER x #1
  JUMP_TARGET 'a
  CONTROL_STRUCTURE LOOP #2
    BLOCK @Body
      CONTROL_STRUCTURE BREAK 'a
        LITERAL 1 type=int",
    );
}

#[test]
fn calls_know_their_path_and_types() {
    holds(
        "fn f() { a::B::<u8, C>::new(x.y::<D>(1)); }",
        "
CALL new full=a::B::new
  TYPE_REF C
  CALL y #1
    IDENTIFIER x #0
    TYPE_REF D
    LITERAL 1 type=int #1",
    );
    holds(
        "fn f() { P { x: 1, y, ..z } }",
        "
CALL structLiteral type=P
  TYPE_REF P
  CALL assignment #1
    FIELD_IDENTIFIER x #1
    LITERAL 1 type=int #2
  CALL assignment #2
    FIELD_IDENTIFIER y #1
    IDENTIFIER y #2
  CALL spread #3
    IDENTIFIER z #1",
    );
}

#[test]
fn macros_have_arguments() {
    holds(
        r#"fn f() { log!("{}", g(a), |x, y| x); }"#,
        r#"
CALL log!
  LITERAL "{}" type=string #1
  CALL g #2
    IDENTIFIER a #1
  METHOD_REF <lambda>0 full=k::m::f::<lambda>0 #3"#,
    );
    holds(
        "fn f() { assert!(matches!(x, Some(A::B(_)) | None), vec![h(1); 2]); }",
        "
CALL assert!
  CALL matches! #1
    IDENTIFIER x #1
    IDENTIFIER Some #2
    IDENTIFIER A::B full=A::B #3
    IDENTIFIER None #4
  CALL vec! #2
    CALL h #1
      LITERAL 1 type=int #1
    LITERAL 2 type=int #2",
    );
}

#[test]
fn macros_that_do_not_parse_keep_names_and_inner_blocks() {
    holds(
        "fn f() { select! { a = b() => { run(1) } } }",
        "
CALL select!
  IDENTIFIER a #1
  IDENTIFIER b #2
  BLOCK #3
    CALL run
      LITERAL 1 type=int #1",
    );
}

#[test]
fn hopeless_tokens_are_not_parsed_but_kept() {
    holds(
        "fn f() { info!(target: \"t\", a, m(b)); q! { x => #y, z(1) } }",
        "
CALL info!
  IDENTIFIER target #1
  LITERAL \"t\" type=string #2
  IDENTIFIER a #3
  CALL m #4
    IDENTIFIER b #1
CALL q!
  IDENTIFIER x #1
  IDENTIFIER y #2
  IDENTIFIER z #3
  LITERAL 1 type=int #4",
    );
}

#[test]
fn positions_in_macros_are_the_files() {
    use crate::{Language, Tree, Workspace};
    let source = "fn f() {\n  a!(x,\n   b!(cc,\n dd));\n  e!(ff, gg);\n}\n";
    let language = Language::of_path("x.rs").unwrap();
    let (mut tree, mut names) = (Tree::default(), stoa_model::Interner::new());
    Workspace::new().lower(language, "x.rs", source.as_bytes(), &mut tree, &mut names);
    let mut seen = 0;
    for node in tree.nodes.iter().filter(|n| n.kind == stoa_model::NodeKind::Identifier) {
        let text = &source[node.start as usize..node.end as usize];
        assert_eq!(text, names.get(node.name));
        let before = &source[..node.start as usize];
        assert_eq!(node.line as usize, before.matches('\n').count(), "{text}");
        assert_eq!(node.column as usize, before.len() - before.rfind('\n').map_or(0, |i| i + 1), "{text}");
        seen += 1;
    }
    assert_eq!(seen, 5);
}

#[test]
fn hostile_nesting_ends() {
    for source in ["m!(", "m!{", "fn f() { if let (", "use a::{", "fn f(a: &", "[", "<"] {
        let text = format!("{}x", source.repeat(3000));
        let language = crate::Language::of_path("x.rs").unwrap();
        let (mut tree, mut names) = (crate::Tree::default(), stoa_model::Interner::new());
        crate::Workspace::new().lower(language, "x.rs", text.as_bytes(), &mut tree, &mut names);
        assert!(tree.len() > 1);
    }
    assert!(outline("x.rs", &format!("fn f() {{ {}{} }}", "m!(".repeat(500), ")".repeat(500))).len() > 500);
}

#[test]
fn assignments_take_values_apart() {
    let text = outline("x.rs", "fn f() { (a, b.c) = (b, a); [d, .., _, e] = v; S { x: g, y } = s; _ = h; }");
    let expected = [
        "IDENTIFIER <tmp>0 #1",
        "IDENTIFIER a #1",
        "CALL fieldAccess #1",
        "IDENTIFIER <tmp>1 #1",
        "IDENTIFIER d #1",
        "IDENTIFIER e #1",
        "IDENTIFIER <tmp>2 #1",
        "IDENTIFIER g #1",
        "IDENTIFIER y #1",
    ];
    assert_eq!(assigned(&text), expected);
}
