//! The shapes that the pre-pass mends: none of these leaves a syntax error, and none moves a token.

use super::Prepared;
use crate::testing::outline;

/// What parses in place of a text; it has the same length and the same lines.
fn prepared(source: &str) -> String {
    let mut buffers = Prepared::default();
    let text = String::from_utf8(buffers.prepare(source.as_bytes(), false).to_vec()).unwrap();
    assert_eq!(text.len(), source.len());
    for (a, b) in text.bytes().zip(source.bytes()) {
        assert_eq!(a == b'\n', b == b'\n');
    }
    text
}

/// Lowers without errors (which `outline` asserts) and has these lines.
#[track_caller]
fn has(source: &str, lines: &[&str]) {
    let tree = outline("a.c", source);
    for line in lines {
        assert!(tree.lines().any(|l| l.trim() == *line), "{line} is not in\n{tree}");
    }
}

#[test]
fn plain_c_is_left_alone() {
    let source =
        "static int f(const char *a, struct s *b)\n{\n\tif (a) g(a, b->c * 2);\n\treturn (int)x * y;\n}\n";
    assert_eq!(prepared(source), source);
}

#[test]
fn words_too_many() {
    assert_eq!(prepared("static int __init f(void __user *p);"), "static int        f(void        *p);");
    assert_eq!(
        prepared("EXPORT foo_t f(u32 __iomem *p, int x __unused);"),
        "       foo_t f(u32         *p, int x         );"
    );
    assert_eq!(prepared("struct __packed s { int a; } __packed;"), "struct          s { int a; }         ;");
    assert_eq!(prepared("int x[3] __read_mostly = { 0 };"), "int x[3]               = { 0 };");
    assert_eq!(prepared("x = ((__force u32)y) * z;"), "x = ((        u32)y) * z;");
    has("__printf(1, 2) void f(const char *s, ...);\n", &["METHOD f full=f"]);
}

#[test]
fn branches() {
    has(
        "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n",
        &["METHOD f full=f"],
    );
    // Each branch is whole: both stay.
    has(
        "#if A\nint f(void) { return a(); }\n#else\nint g(void) { return b(); }\n#endif\n",
        &["CALL a #1", "CALL b #1"],
    );
    // One function with two heads: the first stays.
    has(
        "#if A\nint f(int x)\n{\n#else\nint f(void)\n{\n#endif\n\treturn a();\n}\n",
        &["METHOD f full=f", "CALL a #1"],
    );
    has("void f(void) {\n#if A\n\tif (x) {\n#endif\n\t\ta();\n#if A\n\t}\n#endif\n}\n", &["CALL a"]);
    has("int x = 1\n#if A\n + 2\n#else\n + 3\n#endif\n;\n", &["LITERAL 2 type=int #2"]);
    has("#ifdef A\nvoid f(int x) {\n#endif\n#ifndef A\nvoid f(void) {\n#endif\n\ta();\n}\n", &["CALL a"]);
}

#[test]
fn macros_in_front_of_blocks() {
    let source = "void f(void) {\n\tlist_for_each(p, head) {\n\t\ta(p);\n\t}\n\tTEST(\"x\") {\n\t\tb();\n\t}\n\tforever() {\n\t}\n}\n";
    has(source, &["CONTROL_STRUCTURE WHILE", "CALL list_for_each @Condition", "CALL TEST", "CALL forever"]);
    let tree = outline("a.c", source);
    assert_eq!(tree.matches("WHILE").count(), 1, "{tree}");
    has("SYSCALL(open, int, flags) {\n\ta();\n}\n", &["METHOD SYSCALL full=SYSCALL", "CALL a"]);
    has(
        "main(argc, argv) char **argv; {\n\ta();\n}\n",
        &["METHOD main full=main", "METHOD_PARAMETER_IN argc #1"],
    );
}

#[test]
fn macros_as_statements() {
    has(
        "MODULE(\"x\")\nDEFINE_MUTEX(m);\nstatic DEFINE_LOCK(l);\nint f(void);\n",
        &["CALL MODULE", "CALL DEFINE_MUTEX", "METHOD f full=f"],
    );
    has(
        "void f(void) {\n\tBEGIN_ALLOW\n\ta(1);\n\tCHECK(x)\n\tb();\n}\n",
        &["IDENTIFIER BEGIN_ALLOW", "CALL a", "CALL CHECK", "CALL b"],
    );
    has(
        "struct s {\n\tDECLARE_BITMAP(bits, 8);\n\tint x;\n};\n",
        &["MEMBER bits full=s::bits type=DECLARE_BITMAP", "MEMBER x full=s::x type=int"],
    );
}

#[test]
fn types_as_arguments() {
    has(
        "void f(void) { p = container_of(q, struct s, m); n = max(unsigned int, a, b); }",
        &["TYPE_REF s #2", "IDENTIFIER m #3", "TYPE_REF int #1", "IDENTIFIER b #3"],
    );
}

#[test]
fn extensions() {
    has("int f(int x) { switch (x) { case 1 ... 3: return a(); } }", &["CALL range"]);
    has(
        "void f(void) { void *t[] = { &&out }; goto *t[0]; out: ; }",
        &["CONTROL_STRUCTURE GOTO", "CALL addressOf #1"],
    );
    has(
        "void f(void) { typeof(x) y = ({ a(); 1; }); asm volatile(\"nop\"); }",
        &["LOCAL y type=typeof", "CALL a"],
    );
    has("#define log(fmt, args...) printk(fmt, args)\nint x;\n", &["METHOD log full=a.c:log"]);
    has(
        "void f(void) { log(KERN_INFO NAME \": \" FMT(x) \"\\n\", SPEED(10baseT)); }",
        &["CALL log", "IDENTIFIER 10baseT #1"],
    );
}

#[test]
fn any_bytes_are_taken() {
    let pieces = [
        "(",
        ")",
        "{",
        "}",
        "#if x\n",
        "#else\n",
        "#endif\n",
        "struct",
        " f ",
        "(int",
        ";",
        "case",
        "...",
        "\"",
        "/*",
        "template<",
        "goto *",
    ];
    let mut state = 7usize;
    for round in 0..400 {
        let mut text = String::new();
        for _ in 0..round % 40 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
            text.push(' ');
        }
        for cpp in [false, true] {
            assert_eq!(Prepared::default().prepare(text.as_bytes(), cpp).len(), text.len());
        }
    }
}
