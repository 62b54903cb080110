defmodule App do
  alias Shop.Item
#       ^^^^^^^^^ imports: Shop.Item § import of a module
  alias Shop.Tools, as: Kit
#       ^^^^^^^^^^ imports: Shop.Tools § import under another name
  import Shop.Tools
#        ^^^^^^^^^^ imports: Shop.Tools § import of everything
  import Shop.Item, only: [weigh: 1]
#                          ^^^^^ imports: Shop.Item.weigh § import of a name
  use GenServer
#     ^^^^^^^^^ imports: external GenServer § external module

  def run(item) do
    Item.weigh(item, 2)
#        ^^^^^ calls: Shop.Item.weigh § imported function, static method
    Item.marked(item, scale: 2)
#        ^^^^^^ calls: Shop.Item.marked § keyword arguments
    Item.kind(item)
    %Item{weight: 1}
#   ^^^^^^^^^^^^^^^^ calls: Shop.Item.<init> § constructor
    Item.weigh(item)
#        ^^^^^ calls: Shop.Item.weigh § default arguments
    Kit.helped(item)
#       ^^^^^^ calls: Shop.Tools.helped § through an alias
    helped(item)
#   ^^^^^^ calls: Shop.Tools.helped
    logged(item)
#   ^^^^^^ calls: Shop.Tools.logged § macro
    item |> Item.plain() |> Kit.helped()
#           ^^^^^^^^^^^^ calls: Shop.Item.plain § pipe
    apply(Item, :plain, [item])
#   ^^^^^ calls: Shop.Item.plain § dynamic call
    Kit.Shown.text(item)
#             ^^^^ calls: Shop.Tools.Shown.text | Shop.Tools.Shown.Shop.Item.text § interface
    add = fn v -> v end
#         ^^^^^^^^^^^^^ declares: METHOD App.run.<lambda>0 § closure
    add.(1)
  end
end
