package web;

import java.io.*;
import java.util.*;
import javax.servlet.http.*;
import org.example.audit.Trail;
import shop.*;

public class Servlet extends Base<Item> {
    private Trail trail;

    class Line extends Entry {}

    void get(HttpServletRequest request, HttpServletResponse response, Object any) throws Exception {
        String name = request.getParameter("name");
        name.trim().length();
        response.getWriter().println(name);
        for (Cookie cookie : request.getCookies()) {
            cookie.getValue();
        }
        Runtime.getRuntime().exec(name);
        System.out.println(name);
        trail.note(name);
        var session = request.getSession();
        session.setAttribute("name", name);
    }

    void sell() {
        cart.items().get(0).sell();
        for (var item : cart.items()) {
            item.price().round();
        }
        cart.byName().values().iterator().next().sell();
        load("a").sell();
        new Line().item().price.round();
        Cart.EMPTY.add("name").add(1).add(new Item()).add(2.5);
        cart.total(1, 2, 3);
        saved();
    }

    @Override
    protected void saved() {}
}

class Quiet extends Servlet {
    @Override
    protected void saved() {}
}
