//! The tables are whole, and sugar comes out as `mod.rs` says.

use crate::languages::ALL;
use crate::testing::assert_outline;

#[test]
fn tables_are_complete() {
    for language in ALL.iter().filter(|l| l.family == "javascript") {
        let (unmapped, stale) = crate::unmapped_kinds(language);
        assert!(unmapped.is_empty() && stale.is_empty(), "{}: {unmapped:?} {stale:?}", language.dialect);
    }
}

#[test]
fn names_of_bound_functions() {
    assert_outline("a/m.js", "const f = () => 1;", "METHOD_REF f full=a/m.f #2\n  METHOD f full=a/m.f");
    assert_outline("a/m.js", "exports.g = function () {};", "METHOD g full=a/m.g");
    assert_outline("a/m.js", "T.prototype.h = function () {};", "METHOD h full=a/m.T.h");
    assert_outline("a/m.js", "module.exports = { k() {} };", "METHOD k full=a/m.k");
    assert_outline("a/m.js", "const o = { p: { q: async () => {} } };", "METHOD q full=a/m.o.p.q");
    assert_outline("a/m.js", "class A { b = () => {} }", "METHOD b full=a/m.A.b");
    assert_outline("a/m.js", "x(function named() {})", "METHOD named full=a/m.named");
    assert_outline("a/m.ts", "class A { constructor(private b: B) {} }", "MEMBER b full=a/m.A.b type=B");
}

#[test]
fn optional_chains() {
    // The whole chain is left at once; a plain name is read twice.
    assert_outline(
        "m.js",
        "a?.b.c();",
        "
CALL conditional
  CALL equals #1
    IDENTIFIER a #1
    LITERAL null type=null #2
  LITERAL undefined type=null #2
  CALL c #3
    CALL fieldAccess #0
      IDENTIFIER a #1
      FIELD_IDENTIFIER b #2
",
    );
    // Anything else is evaluated once.
    assert_outline(
        "m.ts",
        "f()?.g;",
        "
BLOCK
  LOCAL <tmp>0
  CALL assignment
    IDENTIFIER <tmp>0 #1
    CALL f #2
  CALL conditional
    CALL equals #1
      IDENTIFIER <tmp>0 #1
      LITERAL null type=null #2
    LITERAL undefined type=null #2
    CALL fieldAccess #3
      IDENTIFIER <tmp>0 #1
      FIELD_IDENTIFIER g #2
",
    );
    // The grammar puts the operator below the call when there are type arguments.
    assert_outline("m.ts", "await o.f<T>(1).g;", "CALL await\n  CALL fieldAccess #1\n    CALL f #1");
    assert_outline("m.ts", "!o?.f<T>(1);", "CALL logicalNot\n  CALL conditional #1");
    // An optional call keeps its receiver.
    assert_outline("m.ts", "o.m?.(1);", "CALL m #3\n  IDENTIFIER o #0\n  LITERAL 1 type=int #1");
}

#[test]
fn destructuring() {
    assert_outline(
        "m.js",
        "function f({ a: [, b = 1] }) {}",
        "
LOCAL b
CALL assignment
  IDENTIFIER b #1
  CALL conditional #2
    CALL strictEquals #1
      CALL indexAccess #1
        CALL fieldAccess #1
          IDENTIFIER <tmp>0 #1
          FIELD_IDENTIFIER a #2
        LITERAL 1 type=int #2
      LITERAL undefined type=null #2
    LITERAL 1 type=int #2
",
    );
    assert_outline(
        "m.js",
        "[a, b.c] = [b.c, a];",
        "
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1
  CALL arrayInitializer #2
    CALL fieldAccess #1
      IDENTIFIER b #1
      FIELD_IDENTIFIER c #2
    IDENTIFIER a #2
CALL assignment
  IDENTIFIER a #1
  CALL indexAccess #2
    IDENTIFIER <tmp>0 #1
    LITERAL 0 type=int #2
CALL assignment
  CALL fieldAccess #1
    IDENTIFIER b #1
    FIELD_IDENTIFIER c #2
",
    );
}

#[test]
fn modules() {
    assert_outline(
        "a/m.js",
        "import d, { b as c } from '../x.js';",
        "IMPORT d full=x#default\nIMPORT c full=x#b",
    );
    assert_outline("a/m.js", "export { b as c } from './x';", "IMPORT c full=a/x#b");
    assert_outline("a/m.js", "export default f;", "IMPORT default full=a/m#f");
    assert_outline("a/m.js", "var { p: q } = require('x');", "IMPORT q full=x#p");
    assert_outline("a/m.ts", "import x = require('./y');", "IMPORT x full=a/y#*");
}

#[test]
fn elements() {
    assert_outline(
        "m.tsx",
        "x = <A.B c={1} d>text<br/></A.B>;",
        "
CALL B #2
  IDENTIFIER A #0
  CALL dictLiteral #1
    CALL assignment #1
      FIELD_IDENTIFIER c #1
      LITERAL 1 type=int #2
    CALL assignment #2
      FIELD_IDENTIFIER d #1
      LITERAL true type=bool #2
  LITERAL text type=string #2
  CALL br #3
",
    );
}

#[test]
fn types() {
    assert_outline(
        "m.ts",
        "function f<T extends A>(x: Map<string, n.B>, y?: number): x is C;",
        "
METHOD f full=m.f
  TYPE_PARAMETER T full=m.f.T
    TYPE_REF A
  METHOD_PARAMETER_IN x type=Map #1
    TYPE_REF Map
      TYPE_REF B full=n.B
  METHOD_PARAMETER_IN y type=number #2
  TYPE_REF C
  METHOD_RETURN type=boolean
",
    );
    assert_outline(
        "m.ts",
        "declare module 'x' { interface I extends J<K> { a: string; b(): void } }",
        "
NAMESPACE_BLOCK x full=x
  TYPE_DECL I full=x.I
    MODIFIER interface
    TYPE_REF J
      TYPE_REF K
    MEMBER a full=x.I.a type=string
    METHOD b full=x.I.b
      METHOD_RETURN type=void
",
    );
}
