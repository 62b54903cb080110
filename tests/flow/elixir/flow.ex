defmodule Flow do
  def choose(value, ready) do
    case value do
#        ^^^^^ cfg: case: 1 when ready -> one() | case: 2 -> two() | default: _ -> other()
      1 when ready -> one()
#            ^^^^^ cfg: true: one() | false: 2 -> two()
      2 -> two()
#          ^^^^^ cfg: last()
      _ -> other()
#          ^^^^^^^ cfg: last()
    end

    last()
  end

  def rebinds(x) do
#             ^ def: x
    y = x
#   ^ def: y
#       ^ ref: x
    y = y + 1
#   ^ ref: y
#       ^ ref: y
    fn z -> z + y end
#   ^^^^^^^^^^^^^^^^^ captures: y
#      ^ def: z
#           ^ ref: z
  end

  def inner(flag) do
    kept = 1
#   ^^^^ def: kept
    if flag do
      kept = 2
#     ^^^^ def: kept in if
      use_it(kept)
#            ^^^^ ref: kept in if
    end

    use_it(kept)
#          ^^^^ ref: kept
  end

  def use_it(value), do: value

  def chain do
    with {:ok, a} <- first(),
#              ^ def: a of with
         {:ok, b} <- second(a) do
#                           ^ ref: a of with
      done(b)
    else
      :error -> third()
    end
  end
end
