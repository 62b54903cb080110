#define SCALE(x) ((x) * 2)
//      ^^^^^ declares: METHOD SCALE § macro

union bits { int whole; char part; };
//    ^^^^ declares: TYPE_DECL bits union § union

enum color { RED, GREEN };
//   ^^^^^ declares: TYPE_DECL color enum § enum

typedef int meters;
//          ^^^^^^ declares: TYPE_DECL meters alias § type alias

struct item {
//     ^^^^ declares: TYPE_DECL item struct § struct
    int weight;
//      ^^^^^^ declares: MEMBER item::weight § field
    int (*show)(int);
};

int weigh(struct item *item);
int helped(int first, ...);
//             ^^^^^ declares: METHOD_PARAMETER_IN first § parameter
//                    ^^^ declares: METHOD_PARAMETER_IN ... § variadic parameter
