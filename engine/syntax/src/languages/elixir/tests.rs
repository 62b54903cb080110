use crate::testing::{assert_outline, outline};

fn holds(source: &str, expected: &str) {
    assert_outline("lib/m.ex", source, expected);
}

#[test]
fn modules_are_types_by_their_written_name() {
    holds(
        "defmodule A.B do\n  @behaviour P\n  @limit 3\n  defstruct [:x, y: 1]\n  defmodule C do\n  end\nend",
        "
TYPE_DECL A.B full=A.B
  TYPE_REF P full=P
  MEMBER @limit full=A.B.@limit
  CALL assignment
    IDENTIFIER @limit #1
    LITERAL 3 type=int #2
  MEMBER x full=A.B.x
  MEMBER y full=A.B.y
    LITERAL 1 type=int
  METHOD <init> full=A.B.<init>
    METHOD_PARAMETER_IN fields #1
    BLOCK @Body
    METHOD_RETURN type=A.B
  TYPE_DECL C full=A.B.C",
    );
    holds(
        "defimpl String.Chars, for: A.B do\n  def to_string(x), do: x\nend",
        "
TYPE_DECL String.Chars.A.B full=String.Chars.A.B
  TYPE_REF String.Chars full=String.Chars
  TYPE_REF A.B full=A.B
  METHOD to_string full=String.Chars.A.B.to_string",
    );
}

#[test]
fn imports_bind_what_they_say() {
    holds(
        "alias A.{B, C.D}\nalias B.X, as: Y\nimport Z\nimport L, only: [f: 1, f: 2, g: 0]\nrequire Logger\nuse GenServer, restart: :temporary",
        "
IMPORT B full=A.B
IMPORT D full=A.C.D
IMPORT Y full=A.B.X
IMPORT * full=Z
IMPORT f full=L.f
IMPORT g full=L.g
IMPORT Logger full=Logger
IMPORT GenServer full=GenServer
CALL __using__ full=GenServer.__using__",
    );
    holds("alias A.B\nx = B.C", "    IDENTIFIER B.C full=A.B.C #2");
}

#[test]
fn clauses_are_one_method() {
    holds(
        "defmodule M do\n  def f(0, _), do: 1\n  def f(n, {:ok, v}) when n > 1, do: v\nend",
        "
METHOD f full=M.f
  METHOD_PARAMETER_IN n #1
  METHOD_PARAMETER_IN <tmp>0 #2
  BLOCK @Body
    CONTROL_STRUCTURE MATCH
      CALL tupleLiteral @Condition
        IDENTIFIER n #1
        IDENTIFIER <tmp>0 #2
      BLOCK @Arm
        JUMP_TARGET case
        LITERAL 0 type=int
        RETURN
          LITERAL 1 type=int #1
      BLOCK @Arm
        JUMP_TARGET case
        LITERAL :ok type=atom
        LOCAL v
        CALL assignment
          IDENTIFIER v #1
          CALL indexAccess #2
            IDENTIFIER <tmp>0 #1
            LITERAL 1 type=int #2
        CALL greaterThan @Guard
          IDENTIFIER n #1
          LITERAL 1 type=int #2
        RETURN
          IDENTIFIER v #1
  METHOD_RETURN",
    );
    // A name that another clause binds to a part is no name for the parameter.
    assert!(
        outline("m.ex", "def f(x, 0), do: x\ndef f({x, y}, 1), do: x + y").contains("PARAMETER_IN <tmp>0 #1")
    );
}

#[test]
fn defaults_give_lower_arities() {
    holds(
        "def f(a, b \\\\ g(), c), do: a",
        "
METHOD f full=lib/m.f
  METHOD_PARAMETER_IN a #1
  METHOD_PARAMETER_IN c #2
  BLOCK @Body
    RETURN
      CALL f #1
        IDENTIFIER a #1
        CALL g #2
        IDENTIFIER c #3
  METHOD_RETURN",
    );
    holds(
        "defdelegate size(list), to: Enum, as: :count",
        "
METHOD size full=lib/m.size
  METHOD_PARAMETER_IN list #1
  BLOCK @Body
    RETURN
      CALL count full=Enum.count #1
        IDENTIFIER list #1",
    );
}

#[test]
fn specs_type_what_they_describe() {
    holds(
        "@spec f(a :: String.t(), integer) :: User.t()\ndef f(a, b), do: a",
        "
METHOD f full=lib/m.f
  ANNOTATION spec
  METHOD_PARAMETER_IN a type=String.t #1
    TYPE_REF t full=String.t
  METHOD_PARAMETER_IN b type=integer #2
  TYPE_REF t full=User.t
  BLOCK @Body
    RETURN
      IDENTIFIER a #1
  METHOD_RETURN type=User.t",
    );
    holds("@callback run(term) :: :ok", "METHOD run full=lib/m.run\n  MODIFIER abstract");
    holds("@type t :: %X{}", "TYPE_DECL t() full=lib/m.t\n  MODIFIER alias\n  TYPE_REF X full=X");
}

#[test]
fn pipes_are_first_arguments() {
    holds(
        "a |> f(1) |> M.g |> h.(2)",
        "
CALL
  IDENTIFIER h #-1
  CALL g full=M.g #1
    CALL f #1
      IDENTIFIER a #1
      LITERAL 1 type=int #2
  LITERAL 2 type=int #2",
    );
    holds("x |> case do\n  1 -> 2\nend", "CONTROL_STRUCTURE MATCH\n  IDENTIFIER x @Condition\n  BLOCK @Arm");
    holds("apply(M, :f, [1, 2])", "CALL f full=M.f\n  LITERAL 1 type=int #1\n  LITERAL 2 type=int #2");
}

#[test]
fn captures_and_closures() {
    holds("&M.f/1", "METHOD_REF f full=M.f");
    holds("&f/1", "METHOD_REF f");
    holds(
        "&(&1 + x)",
        "
METHOD_REF <lambda>0 full=lib/m.<lambda>0
  METHOD <lambda>0 full=lib/m.<lambda>0
    METHOD_PARAMETER_IN &1 #1
    BLOCK @Body
      RETURN
        CALL addition #1
          IDENTIFIER &1 #1
          IDENTIFIER x #2",
    );
}

#[test]
fn a_match_takes_its_value_apart() {
    holds(
        "{:ok, [h | t]} = %{x: x} = f(^p)",
        "
LOCAL <tmp>0
CALL assignment
  IDENTIFIER <tmp>0 #1",
    );
    holds(
        "%{:a => b, \"c\" => d} = m",
        "
LOCAL b
CALL assignment
  IDENTIFIER b #1
  CALL fieldAccess #2
    IDENTIFIER m #1
    FIELD_IDENTIFIER a #2
LOCAL d
CALL assignment
  IDENTIFIER d #1
  CALL indexAccess #2
    IDENTIFIER m #1
    LITERAL \"c\" type=string #2",
    );
    // Rebinding assigns; an inner scope has a variable of its own.
    let text = outline("m.ex", "x = 1\nx = x + 1\nif x do\n  x = 2\n  x\nend");
    assert_eq!(text.matches("LOCAL x").count(), 2, "{text}");
}

#[test]
fn collections() {
    holds(
        "%User{u | name: n}",
        "
CALL <init> full=User type=User
  TYPE_REF User full=User
  CALL spread #1
    IDENTIFIER u #1
  CALL assignment #2
    FIELD_IDENTIFIER name #1
    IDENTIFIER n #2",
    );
    holds(
        "f(x, a: 1)",
        "
CALL f
  IDENTIFIER x #1
  CALL listLiteral #2
    CALL assignment #1
      FIELD_IDENTIFIER a #1
      LITERAL 1 type=int #2",
    );
    holds("x.y.z", "CALL fieldAccess\n  CALL fieldAccess #1\n    IDENTIFIER x #1");
    holds("\"a#{b}c\"", "CALL formatString\n  LITERAL a type=string #1\n  IDENTIFIER b #2");
    holds("1..2//3", "CALL range\n  LITERAL 1 type=int #1\n  LITERAL 2 type=int #2\n  LITERAL 3 type=int #3");
}

#[test]
fn control() {
    holds(
        "unless a, do: b, else: c",
        "
CONTROL_STRUCTURE IF
  CALL logicalNot @Condition
    IDENTIFIER a #1
  BLOCK @Body
    IDENTIFIER b
  BLOCK @Else
    IDENTIFIER c",
    );
    holds(
        "cond do\n  a -> 1\n  true -> 2\nend",
        "
CONTROL_STRUCTURE IF
  IDENTIFIER a @Condition
  BLOCK @Body
    LITERAL 1 type=int
  BLOCK @Else
    LITERAL 2 type=int",
    );
    holds(
        "try do\n  f()\nrescue\n  e in [A] -> e\ncatch\n  :exit, r -> r\nafter\n  g()\nend",
        "
CONTROL_STRUCTURE TRY
  BLOCK @Body
    CALL f
  CONTROL_STRUCTURE CATCH @Catch
    TYPE_REF A full=A
    LOCAL e type=A
    BLOCK @Body
      IDENTIFIER e
  CONTROL_STRUCTURE CATCH @Catch
    TYPE_REF :exit
    LOCAL <tmp>0
    BLOCK @Body
      LOCAL r
      CALL assignment
        IDENTIFIER r #1
        IDENTIFIER <tmp>0 #2
      IDENTIFIER r
  BLOCK @Finally
    CALL g",
    );
    holds(
        "raise ArgumentError, \"x\"",
        "
CONTROL_STRUCTURE THROW
  CALL <init> full=ArgumentError type=ArgumentError
    TYPE_REF ArgumentError full=ArgumentError
    LITERAL \"x\" type=string #1",
    );
}

#[test]
fn with_and_for() {
    holds(
        "with {:ok, a} <- f(), do: a",
        "
BLOCK
  LOCAL <tmp>0
  CALL assignment
    IDENTIFIER <tmp>0 #1
    CALL f #2
  CONTROL_STRUCTURE IF
    CALL matches @Condition
      IDENTIFIER <tmp>0 #1
      LITERAL :ok type=atom #2
    BLOCK @Body
      LOCAL a
      CALL assignment
        IDENTIFIER a #1
        CALL indexAccess #2
          IDENTIFIER <tmp>0 #1
          LITERAL 1 type=int #2
      IDENTIFIER a",
    );
    holds(
        "for x <- xs, x > 1, do: x",
        "
BLOCK @Body
  LOCAL x
  CALL assignment
    IDENTIFIER x #1
    CALL next #2
      IDENTIFIER <tmp>1 #1
  CONTROL_STRUCTURE IF
    CALL greaterThan @Condition
      IDENTIFIER x #1
      LITERAL 1 type=int #2
    BLOCK @Body
      CALL append
        IDENTIFIER <tmp>0 #0
        IDENTIFIER x #1",
    );
}

#[test]
fn definitions_never_stand_right_below_a_call() {
    holds("quote do: def(f, do: 1)", "BLOCK #2\n  METHOD f full=lib/m.f");
    outline("m.ex", "def unquote(name)(a), do: a\n@x\nfoo do\n  a -> b\nend\n&1\nfn -> nil end");
}
