defmodule Shop.Item do
#         ^^^^^^^^^ declares: TYPE_DECL Shop.Item § module as a type, namespace
  @limit 10
  @type t :: map()
#       ^ declares: TYPE_DECL Shop.Item.t alias § type alias
  defstruct weight: 0

  @doc "What it weighs."
#  ^^^ declares: ANNOTATION doc § annotation
  def weigh(item, scale \\ 1) do
#     ^^^^^ declares: METHOD Shop.Item.weigh § function
#           ^^^^ declares: METHOD_PARAMETER_IN item § parameter
#                 ^^^^^ declares: METHOD_PARAMETER_IN scale § default parameter
    total = item.weight * scale
#   ^^^^^ declares: LOCAL total § local variable
    if total > @limit do
      inside = total
#     ^^^^^^ declares: LOCAL inside § block scope
      inside
    end

    weigh(item, total)
#   ^^^^^ calls: Shop.Item.weigh § recursion
  end

  def kind(:fruit), do: 1
#     ^^^^ declares: METHOD Shop.Item.kind § several clauses
  def kind(:other), do: 2

  defp local(item), do: item

  def marked(item, options), do: {item, options}

  def plain(item), do: local(item)
#                      ^^^^^^^^^^^ calls: Shop.Item.local § function
end
