import lib.*;

class Branches {
    void constant(Request request) {
        String value = request.get("a");
        int number = 106;
        String safe = (7 * 42) - number > 200 ? value : "never";
        Sink.run(safe);
        String taken = (7 * 18) + number > 200 ? value : "never";
        Sink.run(taken); // flow: sql
    }

    void letters(Request request) {
        String value = request.get("a");
        String result;
        switch ("ABC".charAt(1)) {
            case 'A':
                result = value;
                break;
            case 'B':
                result = "safe";
                break;
            default:
                result = value;
        }
        Sink.run(result);
    }

    void validated(Request request) {
        String value = request.get("a");
        if (!value.matches("[a-z0-9]+")) {
            return;
        }
        Sink.run(value);
    }

    void notValidated(Request request) {
        String value = request.get("a");
        if (value.matches(".*")) {
            Sink.run(value); // flow: sql
        }
        if (Clean.isSafe(value)) {
            Sink.run(value);
        } else {
            Sink.run(value); // flow: sql
        }
        if (value.equals("x")) {
            Sink.run(value);
        }
        Sink.run(Clean.escape(value));
    }

    void turns(Request request) {
        String value = "safe";
        for (int i = 0; i < 3; i++) {
            if (i == 5) {
                value = request.get("a");
            }
        }
        Sink.run(value);
    }
}
