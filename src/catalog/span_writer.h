// Writes parts of a text on as few pieces as there are gaps between them.
//
//   SpanWriter writer;
//   writer.attach(text, out);
//   writer.show(0, 40);
//   const SpanWriter::Mark before = writer.mark();
//   writer.show(40, 80);           // one piece with the last
//   writer.go_back(before);        // or not
//   writer.flush();                // until then `out` may lack the last piece
//
// One thread.
#pragma once
#include <cstddef>
#include <string>

namespace latchkey::catalog {

class SpanWriter {
 public:
  struct Mark {
    std::size_t out, from, to;
  };

  // What was shown before must have been flushed.
  void attach(const char* text, std::string& out) {
    text_ = text;
    from_ = to_ = 0;
    out_ = &out;
  }
  // text[from, to); nothing before what was shown last.
  void show(std::size_t from, std::size_t to) {
    if (from != to_) {
      flush();
      from_ = from;
    }
    to_ = to;
  }
  void put(char c) {
    flush();
    *out_ += c;
  }
  void flush() {
    if (from_ != to_) out_->append(text_ + from_, to_ - from_);
    from_ = to_;
  }
  // How much waits to be flushed.
  std::size_t waiting() const { return to_ - from_; }

  Mark mark() const { return {out_->size(), from_, to_}; }
  void go_back(const Mark& mark) {
    out_->resize(mark.out);
    from_ = mark.from;
    to_ = mark.to;
  }

 private:
  const char* text_ = nullptr;
  std::string* out_ = nullptr;
  std::size_t from_ = 0, to_ = 0;
};

}  // namespace latchkey::catalog
