defimpl Shop.Tools.Shown, for: Shop.Item do
#                              ^^^^^^^^^ declares: TYPE_DECL Shop.Tools.Shown.Shop.Item § extension of a type
#       ^^^^^^^^^^^^^^^^ inherits: Shop.Tools.Shown § implementation
  def text(value), do: value
end
