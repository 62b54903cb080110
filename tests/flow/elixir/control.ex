# Where control goes, construct by construct.

defmodule Control do
  def once(c) do
    if c do
#      ^ cfg: true: yes() | false: nothing() § if
      yes()
#     ^^^^^ cfg: last()
    else
      nothing()
    end

    last()
  end

  def either(c) do
    if c do
#      ^ cfg: true: yes() | false: no() § else
      yes()
    else
      no()
#     ^^^^ cfg: last()
    end

    last()
  end

  def ladder(a, b) do
    cond do
      a -> one()
#     ^ cfg: true: one() | false: b § else if
      b -> two()
#     ^ cfg: true: two() | false: three()
      true -> three()
    end

    last()
  end

  def short_circuit(a, b) do
    a && b
#   ^ cfg: true: b | false: a && b § short circuit
    last()
  end

  def chooses(x) do
    case x do
#        ^ cfg: case: {:ok, y} when y > limit -> one() | case: :error -> two() | default: _ -> other() § match
      {:ok, y} when y > limit -> one()
#                   ^^^^^^^^^ cfg: true: one() | false: :error -> two() § guard
      :error -> two()
#               ^^^^^ cfg: last()
      _ -> other()
    end

    last()
  end

  def elements(xs) do
    for x <- xs, wanted(x), do: use_it(x)
#                ^^^^^^^^^ cfg: true: <tmp> | false: <tmp> § comprehension
    last()
  end

  def each(xs) do
    for x <- xs do
      body(x)
#     ^^^^^^^ cfg: <tmp> § for each
    end
  end

  def throws do
    raise problem()
#   ^^^^^^^^^^^^^^^ cfg: exception: end § throw
  end

  def catches do
    try do
      risky()
#     ^^^^^^^ cfg: last() | exception: rescue_it() § try and catch
    rescue
      _ -> rescue_it()
    end

    last()
  end

  def handlers do
    try do
      risky()
#     ^^^^^^^ cfg: last() | exception: first() | exception: second() § typed handlers
    rescue
      ArgumentError -> first()
      RuntimeError -> second()
    end

    last()
  end

  def finishes do
    try do
      risky()
#     ^^^^^^^ cfg: tidy() | exception: tidy() § finally
    after
      tidy()
#     ^^^^^^ cfg: last()
    end

    last()
  end

  def closure(c) do
    fn ->
      if c, do: inside(), else: outside()
#        ^ cfg: true: inside() | false: outside() § closure's body
    end
  end
end
