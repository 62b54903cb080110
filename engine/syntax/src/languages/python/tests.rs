use crate::testing::{assert_outline, outline};

#[test]
fn names_are_declared_once_where_they_belong() {
    assert_outline(
        "pkg/m.py",
        "def f(a):\n  global g\n  a = 1\n  b = a\n  b = g = 2\nclass C:\n  x: int = 3\n",
        r#"
BLOCK @Body
  CALL assignment
    IDENTIFIER a #1
    LITERAL 1 type=int #2
  LOCAL b
  CALL assignment
    IDENTIFIER b #1
    IDENTIFIER a #2
  CALL assignment
    IDENTIFIER b #1
    LITERAL 2 type=int #2
  CALL assignment
    IDENTIFIER g #1
    LITERAL 2 type=int #2
"#,
    );
    assert_outline(
        "pkg/m.py",
        "class C:\n  x: int = 3\n",
        "MEMBER x full=pkg.m.C.x type=int\nCALL assignment",
    );
}

#[test]
fn targets_with_a_star_count_from_both_ends() {
    assert_outline(
        "m.py",
        "a, *b, (c, d) = f()\n",
        r#"
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  CALL f #2
MEMBER a full=m.a
CALL assignment
  IDENTIFIER a #1
  CALL indexAccess #2
    IDENTIFIER <tmp>0 #1
    LITERAL 0 type=int #2
MEMBER b full=m.b
CALL assignment
  IDENTIFIER b #1
  CALL slice #2
    IDENTIFIER <tmp>0 #1
    LITERAL 1 type=int #2
    LITERAL -1 type=int #3
LOCAL <tmp>1
CALL assignment
  IDENTIFIER <tmp>1 #1
  CALL indexAccess #2
    IDENTIFIER <tmp>0 #1
    LITERAL -1 type=int #2
"#,
    );
}

#[test]
fn chained_comparisons_compute_the_middle_once() {
    assert_outline(
        "m.py",
        "x(a < f() <= b)\n",
        r#"
BLOCK #1
  LOCAL <tmp>0
  CALL logicalAnd
    CALL lessThan #1
      IDENTIFIER a #1
      CALL assignment #2
        IDENTIFIER <tmp>0 #1
        CALL f #2
    CALL lessEqualsThan #2
      IDENTIFIER <tmp>0 #1
      IDENTIFIER b #2
"#,
    );
}

#[test]
fn managers_are_left_whichever_way() {
    assert_outline(
        "m.py",
        "async def f():\n  async with a as b:\n    c()\n",
        r#"
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  IDENTIFIER a #2
LOCAL b
CALL assignment
  IDENTIFIER b #1
  CALL await #2
    CALL __aenter__ #1
      IDENTIFIER <tmp>0 #0
CONTROL_STRUCTURE TRY
  BLOCK @Body
    CALL c
  BLOCK @Finally
    CALL await
      CALL __aexit__ #1
        IDENTIFIER <tmp>0 #0
"#,
    );
}

#[test]
fn comprehensions_are_loops_and_generators_closures() {
    assert_outline(
        "m.py",
        "r = {k: v for k, v in p if v}\n",
        r#"
BLOCK @Body
  CALL assignment
    CALL indexAccess #1
      IDENTIFIER <tmp>0 #1
      IDENTIFIER k #2
    IDENTIFIER v #2
"#,
    );
    assert_outline(
        "m.py",
        "sum(x for x in y)\n",
        r#"
CALL sum
  METHOD_REF <lambda>0 full=m.<lambda>0 #1
    METHOD <lambda>0 full=m.<lambda>0
      BLOCK @Body
        CONTROL_STRUCTURE FOREACH
"#,
    );
}

#[test]
fn decorators_annotate_and_are_applied() {
    assert_outline(
        "m.py",
        "class C:\n  @staticmethod\n  @a.b(1)\n  def f(x): pass\n",
        r#"
METHOD f full=m.C.f
  ANNOTATION staticmethod
  ANNOTATION b full=a.b
  MODIFIER static
  METHOD_PARAMETER_IN x #1
  BLOCK @Body
  METHOD_RETURN
CALL assignment
  IDENTIFIER f #1
  CALL #2
    CALL b #-1
      IDENTIFIER a #0
      LITERAL 1 type=int #1
    METHOD_REF f full=m.C.f #1
"#,
    );
}

#[test]
fn patterns_test_and_bind() {
    assert_outline(
        "m.py",
        "match s:\n  case P(1, y=n) if n: pass\n  case [a, *_] | {'k': a}: pass\n  case _: pass\n",
        r#"
BLOCK @Arm
  JUMP_TARGET case
  CALL instanceOf
    IDENTIFIER s #1
    TYPE_REF P #2
  CALL equals
    CALL indexAccess #1
      IDENTIFIER s #1
      LITERAL 0 type=int #2
    LITERAL 1 type=int #2
  MEMBER n full=m.n
  CALL assignment
    IDENTIFIER n #1
    CALL fieldAccess #2
      IDENTIFIER s #1
      FIELD_IDENTIFIER y #2
  IDENTIFIER n @Guard
BLOCK @Arm
  JUMP_TARGET case
  CALL logicalOr
    CALL greaterEqualsThan #1
      CALL lengthOf #1
        IDENTIFIER s #1
      LITERAL 1 type=int #2
    CALL in #2
      LITERAL 'k' type=string #1
      IDENTIFIER s #2
"#,
    );
    assert!(outline("m.py", "match s:\n  case x: pass\n").contains("JUMP_TARGET default"));
    assert!(outline("m.py", "match s:\n  case x if x: pass\n").contains("JUMP_TARGET case"));
}

#[test]
fn imports_are_whole_paths() {
    let text =
        outline("a/b/c.py", "from . import x as y\nfrom ..d import e\nimport os.path\nfrom m import *\n");
    for line in
        ["IMPORT y full=a.b.x", "IMPORT e full=a.d.e", "IMPORT os full=os", "IMPORT os.path full=os.path"]
    {
        assert!(text.contains(line), "{text}");
    }
    assert!(text.contains("IMPORT * full=m"));
    assert!(outline("a/b/__init__.py", "from .c import d\n").contains("IMPORT d full=a.b.c.d"));
}

#[test]
fn parameters_number_from_the_receiver() {
    assert_outline(
        "m.py",
        "class C(B[int], a.D, metaclass=M):\n  def f[T: Bound](self, x: List['Foo'] | None = 1, *a, k, **kw) -> T: pass\n",
        r#"
TYPE_DECL C full=m.C
  TYPE_REF B
  TYPE_REF D full=a.D
  IDENTIFIER M
  METHOD f full=m.C.f
    TYPE_PARAMETER T full=m.C.f.T
      TYPE_REF Bound
    METHOD_PARAMETER_IN self #0
    METHOD_PARAMETER_IN x type=List #1
      TYPE_REF List
        TYPE_REF Foo
      LITERAL 1 type=int
    METHOD_PARAMETER_IN a #2
    METHOD_PARAMETER_IN k #3
    METHOD_PARAMETER_IN kw #4
    TYPE_REF T
    BLOCK @Body
    METHOD_RETURN type=T
"#,
    );
}

#[test]
fn nothing_is_too_deep() {
    use stoa_model::{Interner, NodeKind};
    let n = 30_000;
    let lower = |source: String| {
        let (mut tree, mut names) = (crate::Tree::default(), Interner::new());
        let outcome =
            crate::Workspace::new().lower(&super::PYTHON, "m.py", source.as_bytes(), &mut tree, &mut names);
        (outcome, tree.nodes.iter().filter(|n| n.kind == NodeKind::Unknown).count())
    };
    for source in [
        format!("x = a{}\n", " < a".repeat(n)),
        format!("if a: b\n{}", "elif a: b\n".repeat(n)),
        format!("x: {}A\n", "A | ".repeat(n)),
        format!("x: {}A{}\n", "A[".repeat(n), "]".repeat(n)),
        format!("x = a{}\n", ".b".repeat(n)),
        format!("match x:\n  case {}a{}: pass\n", "[".repeat(500), "]".repeat(500)),
        format!("{}a{} = b\n", "[".repeat(12_000), "]".repeat(12_000)),
    ] {
        let (outcome, unknown) = lower(source.clone());
        assert!(outcome.error.is_some() && unknown > 0, "{} {outcome:?}", &source[..20]);
    }
}

/// The grammar has it the other way around, unless there are parentheses.
#[test]
fn a_choice_is_named_as_a_whole() {
    assert_outline(
        "m.py",
        "def f(a, b):\n    use(a := b if c else d)\n",
        "
CALL use
  CALL assignment #1
    IDENTIFIER a #1
    CALL conditional #2
      IDENTIFIER c #1
      IDENTIFIER b #2
      IDENTIFIER d #3
",
    );
    let apart = outline("m.py", "def f(a, b):\n    use((a := b) if c else d)\n");
    assert!(apart.contains("CALL conditional #1"), "{apart}");
}
