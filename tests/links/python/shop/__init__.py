from .goods import Item, weigh
#                        ^^^^^ imports: shop.goods.weigh § re-export, relative import
