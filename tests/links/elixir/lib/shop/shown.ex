defimpl Shop.Tools.Shown, for: Shop.Item do
#       ^^^^^^^^^^^^^^^^ inherits: Shop.Tools.Shown § implementation
  def text(value), do: value
end
