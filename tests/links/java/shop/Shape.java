package shop;
//      ^^^^ declares: NAMESPACE_BLOCK shop § namespace

public interface Shape {
//               ^^^^^ declares: TYPE_DECL shop.Shape public interface § interface
    double area();
}
