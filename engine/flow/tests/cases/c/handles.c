#define OPEN open_room
#define CLOSE close_room

struct rooms { int (*open_room)(const char *name); int number; };

int lost(const char *name) {
    int room;
    room = -1;
    room = OPEN(name); // flow: handle-leak
    room = OPEN("other");
    if (room != -1) {
        CLOSE(room);
    }
    return 0;
}

void closed(const char *name) {
    int room = open_room(name);
    if (room < 0)
        return;
    close_room(room);
}

int handed_on(struct rooms *rooms, const char *name) {
    rooms->number = open_room(name);
    int found = rooms->open_room(name);
    return found;
}
