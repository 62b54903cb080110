//! What C++ adds to C.

use crate::testing::{assert_outline, outline};

fn body(statements: &str) -> String {
    format!("void f() {{\n{statements}\n}}\n")
}

#[test]
fn classes() {
    assert_outline(
        "a.cc",
        "namespace a::b { class C : public D<int> { public: explicit C(int x) : D(x), m(1) {} ~C(); int m; }; }\n",
        "
NAMESPACE_BLOCK a::b full=a::b
  TYPE_DECL C full=a::b::C
    TYPE_REF D
    METHOD <init> full=a::b::C::<init>
      MODIFIER explicit
      MODIFIER public
      METHOD_PARAMETER_IN x type=int #1
      BLOCK @Body
        CALL <init> full=D type=D
          IDENTIFIER this #0
          IDENTIFIER x #1
        CALL assignment
          CALL indirectFieldAccess #1
            IDENTIFIER this #1
            FIELD_IDENTIFIER m #2
          LITERAL 1 type=int #2
      METHOD_RETURN
    METHOD ~C full=a::b::C::~C
      MODIFIER prototype
      MODIFIER public
      METHOD_RETURN
    MEMBER m full=a::b::C::m type=int
      MODIFIER public
",
    );
}

#[test]
fn definitions_outside_of_their_class() {
    let tree = outline(
        "a.cc",
        "A::A(int x) {}\ntemplate<typename T> int ns::B<T>::get() const { return 1; }\nbool A::operator==(const A& o) { return true; }\nnamespace { int hidden() { return 2; } }\n",
    );
    for full in [
        "METHOD <init> full=A::<init>",
        "METHOD get full=ns::B::get",
        "METHOD operator== full=A::operator==",
        "METHOD hidden full=a.cc::hidden",
        "TYPE_PARAMETER T",
    ] {
        assert!(tree.contains(full), "{full} is not in\n{tree}");
    }
}

#[test]
fn constructors_are_called() {
    assert_outline(
        "a.cc",
        &body("T x(1, y); T z(w); auto p = new ns::T(2); delete p;"),
        "
LOCAL x type=T
  TYPE_REF T
CALL assignment
  IDENTIFIER x #1
  CALL <init> full=T type=T #2
    LITERAL 1 type=int #1
    IDENTIFIER y #2
LOCAL z type=T
  TYPE_REF T
CALL assignment
  IDENTIFIER z #1
  CALL <init> full=T type=T #2
    IDENTIFIER w #1
LOCAL p
CALL assignment
  IDENTIFIER p #1
  CALL <init> full=ns::T type=ns::T #2
    TYPE_REF T full=ns::T
    LITERAL 2 type=int #1
CALL delete
  IDENTIFIER p #1
",
    );
}

#[test]
fn loops_over_elements() {
    assert_outline(
        "a.cc",
        &body("for (auto& [k, v] : m) use(k);"),
        "
CONTROL_STRUCTURE FOREACH
  LOCAL <tmp>0
  CALL assignment @Init
    IDENTIFIER <tmp>0 #1
    CALL iterator #2
      IDENTIFIER m #1
  CALL hasNext @Condition
    IDENTIFIER <tmp>0 #1
  BLOCK @Body
    LOCAL <tmp>1
    CALL assignment
      IDENTIFIER <tmp>1 #1
      CALL next #2
        IDENTIFIER <tmp>0 #1
    LOCAL k
    CALL assignment
      IDENTIFIER k #1
      CALL indexAccess #2
        IDENTIFIER <tmp>1 #1
        LITERAL 0 type=int #2
    LOCAL v
    CALL assignment
      IDENTIFIER v #1
      CALL indexAccess #2
        IDENTIFIER <tmp>1 #1
        LITERAL 1 type=int #2
    CALL use
      IDENTIFIER k #1
",
    );
}

#[test]
fn conditions_declare() {
    assert_outline(
        "a.cc",
        &body("if (int i = g(); i) {} while (auto* p = next()) {}"),
        "
BLOCK
  LOCAL i type=int
  CALL assignment
    IDENTIFIER i #1
    CALL g #2
  CONTROL_STRUCTURE IF
    IDENTIFIER i @Condition
    BLOCK @Body
BLOCK
  LOCAL p
  CONTROL_STRUCTURE WHILE
    CALL assignment @Condition
      IDENTIFIER p #1
      CALL next #2
    BLOCK @Body
",
    );
}

#[test]
fn closures_exceptions_and_casts() {
    assert_outline(
        "a.cc",
        &body("try { auto l = [&, t = 1](int a) { return a; }; } catch (const ns::E& e) { throw; }"),
        "
CONTROL_STRUCTURE TRY
  BLOCK @Body
    LOCAL l
    CALL assignment
      IDENTIFIER l #1
      METHOD_REF <lambda>0 full=f::<lambda>0 #2
        METHOD <lambda>0 full=f::<lambda>0
          METHOD_PARAMETER_IN a type=int #1
          BLOCK @Body
            LOCAL t
            CALL assignment
              IDENTIFIER t #1
              LITERAL 1 type=int #2
            RETURN
              IDENTIFIER a #1
          METHOD_RETURN
  CONTROL_STRUCTURE CATCH @Catch
    TYPE_REF E full=ns::E
    LOCAL e type=ns::E&
    BLOCK @Body
      CONTROL_STRUCTURE THROW
",
    );
    assert_outline(
        "a.cc",
        &body("static_cast<A*>(x); a::g<int>(1); o->m<B>(2); 10_km;"),
        "
CALL cast type=A*
  TYPE_REF A #1
  IDENTIFIER x #2
CALL g full=a::g
  LITERAL 1 type=int #1
CALL m
  IDENTIFIER o #0
  TYPE_REF B
  LITERAL 2 type=int #1
LITERAL 10_km type=int
",
    );
}

#[test]
fn headers_say_what_they_are() {
    for (text, cpp) in [
        ("namespace a {\n}\n", true),
        ("template <class T>\nclass A;\n", true),
        ("class A final : public B {\n", true),
        ("/*\nclass of things;\n*/\nint f(void);\n", false),
        ("#ifdef __cplusplus\nextern \"C\" {\nclass A;\n#endif\nint f(void);\n", false),
        ("struct class_a { int public; };\nint template(int x);\n", false),
    ] {
        assert_eq!(super::is_cpp_header(text.as_bytes()), cpp, "{text}");
    }
}

#[test]
fn macros_do_not_hide_declarations() {
    let source = "NS_BEGIN\nclass API A : public B {\n public:\n  void f() GUARDED(mu) { g(); }\n  int n GUARDED_BY(mu);\n  MOCK_METHOD(T*, h, (int));\n};\n";
    let tree = outline("a.cc", source);
    for line in ["TYPE_DECL A full=A", "METHOD f full=A::f", "MEMBER n full=A::n", "CALL g"] {
        assert!(tree.contains(line), "{line} is not in\n{tree}");
    }
}

#[test]
fn broken_source_never_stops_lowering() {
    for source in [
        "class",
        "template <",
        "class A { A(",
        "namespace {",
        "[&](",
        "for (auto [a : ",
        "operator",
        "A::",
        "template <> struct",
    ] {
        let (mut tree, mut names) = (crate::Tree::default(), stoa_model::Interner::new());
        crate::Workspace::new().lower(&super::CPP, "a.cc", source.as_bytes(), &mut tree, &mut names);
        assert!(!tree.is_empty());
    }
}
