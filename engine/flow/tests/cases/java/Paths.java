import lib.*;

class Paths {
    void tested(Request request, Folder base) {
        Folder file = new Folder(base, request.name()).real();
        Folder.open(file); // flow: path
        if (file.text().startsWith(base.text())) {
            Folder.open(file);
        } else {
            Folder.open(file); // flow: path
        }
        Folder.open(file); // flow: path
    }

    void refused(Request request, Folder base) {
        Folder file = new Folder(base, request.name());
        if (!file.real().startsWith(base.text())) {
            throw new IllegalArgumentException();
        }
        Folder.open(file);
    }

    void notCanonical(Request request, Folder base) {
        Folder file = new Folder(base, request.name());
        if (file.text().startsWith(base.text())) {
            Folder.open(file); // flow: path
        }
    }

    void other(Request request, Folder base) {
        Folder file = new Folder(base, request.name()).real();
        Folder another = new Folder(base, request.name()).real();
        if (another.text().startsWith(base.text())) {
            Folder.open(file); // flow: path
        }
    }
}
