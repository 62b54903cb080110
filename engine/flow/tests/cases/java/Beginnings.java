import lib.*;

class Chain {
    Chain next = new Chain();
    Pair pair = new Pair();
    String name = "a";

    void run(Request request) {
        Chain chain = new Chain();
        Sink.run(chain.name);
        Sink.run(chain.name + request.get("a")); // flow: sql
    }
}

class Pair {
    Chain back = new Chain();
    String text = "b";
}
