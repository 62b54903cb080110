//! What C's declarations and statements mean.

use stoa_model::{Interner, NodeKind, rows::NO_ARGUMENT};

use super::*;
use crate::{Tree, Workspace};

/// The nodes of a kind: name, full name, signature, type, modifiers.
fn nodes(source: &str, kind: NodeKind) -> Vec<String> {
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    Workspace::new().lower(&C, "a.c", source.as_bytes(), &mut tree, &mut names);
    let of_kind = tree.nodes.iter().filter(|n| n.kind == kind);
    of_kind
        .map(|n| {
            let texts = [n.name, n.full_name, n.signature, n.type_full_name, n.modifiers];
            let texts: Vec<&str> = texts.into_iter().filter_map(|s| Some(names.get(s.some()?))).collect();
            texts.join(" ")
        })
        .collect()
}

/// The outline of the body of a function, one node a line.
fn body(statements: &str) -> String {
    let source = format!("void m(void) {{ {statements} }}\n");
    let (mut tree, mut names) = (Tree::default(), Interner::new());
    Workspace::new().lower(&C, "a.c", source.as_bytes(), &mut tree, &mut names);
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
fn declarators_are_read_from_outside_to_inside() {
    let source = "
int *f(int (*g)(void), char **argv, ...) { return 0; }
static int s(void);
int k(a, b) char *a; int b; { return b; }
int (*table[3])(int);
int x, *p, a[2][3];
int (*choose(int which))(void) { return 0; }
";
    assert_eq!(
        nodes(source, NodeKind::Method),
        [
            "f f int*(int(*)(),char**,...)",
            "s a.c:s int() static prototype",
            "k k int(char*,int)",
            // A function that returns a pointer to a function.
            "choose choose int(*)()(int)",
        ]
    );
    assert_eq!(
        nodes(source, NodeKind::Member),
        ["table table int(*[])()", "x x int", "p p int*", "a a int[][]"]
    );
}

#[test]
fn types_have_their_own_name_or_that_of_their_typedef() {
    let source = "
typedef struct { int a; union { int b; struct { int d; } c; }; } T, *P;
typedef struct node node;
struct node { node *next; unsigned flag : 1; };
enum { RED, GREEN = 4 };
typedef int (*callback)(T *);
";
    assert_eq!(
        nodes(source, NodeKind::TypeDecl),
        [
            "T T struct",
            "<anonymous>0 T::<anonymous>0 struct",
            "P P T* alias",
            "node node struct",
            "<anonymous>1 a.c::<anonymous>1 enum",
            "callback callback int(*)() alias",
        ]
    );
    assert_eq!(
        nodes(source, NodeKind::Member),
        [
            "a T::a int",
            "b T::b int",
            "d T::<anonymous>0::d int",
            "c T::c <anonymous>0",
            "next node::next node*",
            "flag node::flag unsigned",
            "RED RED int",
            "GREEN GREEN int",
        ]
    );
}

#[test]
fn macros_are_declarations_and_all_branches_count() {
    let source =
        "#define SIZE 10\n#define MAX(a, b) ((a) > (b))\n#if SIZE > 2\nint x;\n#else\nlong x;\n#endif\n";
    assert_eq!(nodes(source, NodeKind::Member), ["SIZE a.c:SIZE macro", "x x int", "x x long"]);
    assert_eq!(nodes(source, NodeKind::Method), ["MAX a.c:MAX (a, b) macro"]);
    assert_eq!(nodes("#include <a/b.h>\n#include \"c.h\"\n", NodeKind::Import), ["* a/b.h", "* c.h"]);
}

#[test]
fn calls_through_pointers() {
    assert_eq!(
        body("(*fp)(1); ops->read(x); (f)(2); t[0]();"),
        "\
CALL
  IDENTIFIER fp #-1
  LITERAL 1 #1
CALL read
  IDENTIFIER ops #0
  IDENTIFIER x #1
CALL f
  LITERAL 2 #1
CALL
  CALL indexAccess #-1
    IDENTIFIER t #1
    LITERAL 0 #2
"
    );
}

#[test]
fn duffs_device() {
    assert_eq!(
        body("switch (n) { case 0: do { a(); case 1: b(); } while (--n); default: goto out; } out: return;"),
        "\
SWITCH
  IDENTIFIER n @Condition
  BLOCK @Body
    JUMP_TARGET case
    LITERAL 0
    DO
      BLOCK @Body
        CALL a
        JUMP_TARGET case
        LITERAL 1
        CALL b
      CALL preDecrement @Condition
        IDENTIFIER n #1
    JUMP_TARGET default
    GOTO out
JUMP_TARGET out
RETURN
"
    );
}

#[test]
fn initialisers() {
    assert_eq!(
        body("T t = { .a = 1, .b[2] = 3 }; int z = ({ f(); 1; }) ?: 2;"),
        "\
LOCAL t
  TYPE_REF T
CALL assignment
  IDENTIFIER t #1
  CALL structLiteral #2
    CALL assignment #1
      FIELD_IDENTIFIER a #1
      LITERAL 1 #2
    CALL assignment #2
      CALL indexAccess #1
        FIELD_IDENTIFIER b #1
        LITERAL 2 #2
      LITERAL 3 #2
LOCAL z
CALL assignment
  IDENTIFIER z #1
  CALL elvis #2
    BLOCK #1
      CALL f
      LITERAL 1
    LITERAL 2 #2
"
    );
}

#[test]
fn types_as_arguments_keep_the_numbers_of_the_others() {
    assert_eq!(
        body("p = container_of(q, struct s, m); for_each(i) { f(i); }"),
        "\
CALL assignment
  IDENTIFIER p #1
  CALL container_of #2
    IDENTIFIER q #1
    TYPE_REF s #2
    IDENTIFIER m #3
WHILE
  CALL for_each @Condition
    IDENTIFIER i #1
  BLOCK @Body
    CALL f
      IDENTIFIER i #1
"
    );
    assert_eq!(
        body("\n each(p, list) {\n f(p);\n }\n each(i, 3)\n  g(i);\n h();"),
        "\
WHILE
  CALL each @Condition
    IDENTIFIER p #1
    IDENTIFIER list #2
  BLOCK @Body
    CALL f
      IDENTIFIER p #1
WHILE
  CALL each @Condition
    IDENTIFIER i #1
    LITERAL 3 #2
  BLOCK @Body
    CALL g
      IDENTIFIER i #1
CALL h
"
    );
    let nested = body("\n for_each(p, a)\n   each(q, p) {\n     f(q);\n   }\n h();\n");
    assert_eq!(nested.matches("CALL f\n").count(), 1);
    assert_eq!(nested.matches("WHILE").count(), 2);
    assert!(nested.ends_with("\nCALL h\n"));
    assert_eq!(nodes("static macro size_t n = 0;", NodeKind::Member), ["n a.c:n size_t static"]);
    assert_eq!(nodes("noinline int f(int a) { return a; }", NodeKind::Method), ["f f int(int)"]);
}

#[test]
fn broken_source_never_stops_lowering() {
    for source in
        ["int", "struct {", "f( { if", "#define", "int (*", "= { .a = ", "switch (x) { case", "typedef ;"]
    {
        let (mut tree, mut names) = (Tree::default(), Interner::new());
        Workspace::new().lower(&C, "a.c", source.as_bytes(), &mut tree, &mut names);
        assert!(!tree.is_empty());
    }
}
