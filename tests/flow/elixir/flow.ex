defmodule Flow do
  def choose(value, ready) do
    case value do
#        ^^^^^ cfg: case: 1 when ready -> | case: 2 -> | default: _ ->
      1 when ready -> one()
#            ^^^^^ cfg: true: one() | false: 2 ->
      2 -> two()
      _ -> other()
#          ^^^^^^^ cfg: last()
    end

    last()
  end

  def rebinds(x) do
#             ^ def: x
    y = x
#   ^ def: y
    y = y + 1
#       ^ ref: y
    fn z -> z + y end
#               ^ capture: y
  end
end
