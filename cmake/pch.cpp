// Empty: the target that this belongs to exists for its precompiled header (Rooms.cmake).
