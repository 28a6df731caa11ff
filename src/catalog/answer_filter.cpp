#include "catalog/answer_filter.h"

#include <algorithm>

#include "catalog/answer_judge.h"
#include "catalog/json_reader.h"
#include "catalog/json_window.h"
#include "catalog/span_writer.h"
#include "catalog/token_reader.h"

namespace latchkey::catalog {
namespace {

using Verdict = AnswerJudge::Verdict;

std::unexpected<Error> unreadable(std::string why) {
  return fail(ErrorCode::kCorrupt, "The answer is not valid JSON, or not of the shape that the catalog describes.",
              std::move(why));
}

}  // namespace

// Two kinds of containers: those that stay open, whose parts are judged one by one as they arrive, and those that are
// judged whole. An array stays open if rules are about its elements; an object, if all that rules are about lies in arrays
// below it, so that no part of it can condemn another.
//
// A value is judged where it begins, in the hope that it is all there. Only if that fails is it found out where it ends,
// by brackets and quotes alone, and awaited; then it is judged once more. So no byte is gone over more than a few times,
// whatever the pieces. What takes a token answers false if it must wait, or if `why` says that it refuses.
struct AnswerFilter::State {
  enum class Expect { kValue, kFirstElement, kFirstKey, kKey, kColon, kCommaOrEnd, kNothing };

  struct OpenContainer {
    const AnswerNode* node;
    bool is_array;
    bool any_kept = false;               // an array's: whether a comma is due
    const AnswerNode* member = nullptr;  // an object's: what the value of the last name is about
    MetMembers met = {};
  };

  State(const Catalog& catalog, const Operation& operation, const Permitted& limits,
        const std::vector<std::uint16_t>& positional)
      : permitted(limits),
        rights(catalog, permitted),
        rules(rules_of(catalog, operation, limits)),
        judge(rights, positional) {}

  static AnswerNode rules_of(const Catalog& catalog, const Operation& operation, const Permitted& limits) {
    AnswerTree tree;
    for (const AnswerPlace& place : operation.answer) {
      const bool limited =
          place.subject == Subject::kChannel ? limits.channels.has_value() : limits.attributes.has_value();
      if (limited) tree.add(catalog, place);
    }
    return AnswerNode(tree);
  }

  Result<void> feed(std::string_view bytes, std::string& its_out) {
    out = &its_out;
    while (!bytes.empty()) {
      window.forget(at, token);
      counted -= std::min(counted, token);
      at = token = 0;
      bytes.remove_prefix(window.take(bytes));
      writer.attach(window.data(), started ? *out : pending);
      while (step()) {
      }
      writer.flush();
      if (refused()) return unreadable(why);
    }
    return {};
  }

  Result<void> finish(std::string& its_out) {
    out = &its_out;
    writer.attach(window.data(), started ? *out : pending);
    // A number or a word at the top ends with the answer.
    if (open.empty() && token < window.token_count() && is_plain(peek())) judge_plain(window.size());
    writer.flush();
    if (refused()) return unreadable(why);
    if (expect == Expect::kNothing) return {};
    why = "it ends early";
    return unreadable(why);
  }

  bool refuse(std::string because) {
    why = std::move(because);
    return false;
  }
  bool refused() const { return !why.empty(); }

  char peek() const { return window.data()[window.tokens()[token]]; }
  std::size_t next() const { return window.tokens()[token]; }  // where the next token is, or where the window ends
  // Whether where a value ends is told only by what follows.
  static bool is_plain(char first) { return first != '{' && first != '[' && first != '"'; }

  // Structure around the values. Until the first value has been judged it waits, so that an answer that can't be read at
  // all is refused before anything of it is sent.
  bool pass(std::size_t from, std::size_t to) {
    if (!started && pending.size() + writer.waiting() + (to - from) > kMaxElementBytes)
      return refuse("it begins with too much white space");
    writer.show(from, to);
    return true;
  }
  // The next token, which is one byte.
  bool pass_token() {
    at = next() + 1;
    ++token;
    return pass(at - 1, at);
  }

  void start() {
    if (started) return;
    started = true;
    writer.flush();
    *out += pending;
    pending.clear();
    writer.attach(window.data(), *out);
  }

  bool step() {
    // White space within filtered arrays is left out; elsewhere it passes.
    if (at < next()) {
      if ((open.empty() || !open.back().is_array) && !pass(at, next())) return false;
      at = next();
    }
    if (token == window.token_count()) return false;
    const char c = peek();
    switch (expect) {
      case Expect::kFirstElement:
        if (c == ']') return close();
        [[fallthrough]];
      case Expect::kValue: return value(c);
      case Expect::kFirstKey:
        if (c == '}') return close();
        [[fallthrough]];
      case Expect::kKey: return c == '"' ? key() : refuse("a member's name is missing");
      case Expect::kColon:
        if (c != ':') return refuse("a colon is missing");
        expect = Expect::kValue;
        return pass_token();
      case Expect::kCommaOrEnd: return comma_or_end(c);
      case Expect::kNothing: break;
    }
    return refuse("something follows its end");
  }

  bool comma_or_end(char c) {
    const bool in_array = open.back().is_array;
    if (c == (in_array ? ']' : '}')) return close();
    if (c != ',') return refuse("a comma or a closing bracket is missing");
    expect = in_array ? Expect::kValue : Expect::kKey;
    if (!in_array) return pass_token();
    // Between elements it is written once the next one is kept.
    ++token;
    at = next();
    return token < window.token_count() && value(peek());
  }

  bool close() {
    if (!pass_token()) return false;
    open.pop_back();
    end_value();
    return true;
  }

  void end_value() {
    expect = open.empty() ? Expect::kNothing : Expect::kCommaOrEnd;
    if (open.empty()) start();
  }

  // What the value that begins here is about; null: nothing.
  const AnswerNode* node_here() const {
    if (open.empty()) return &rules;
    return open.back().is_array ? open.back().node->each.get() : open.back().member;
  }

  bool value(char c) {
    const AnswerNode* const node = node_here();
    const bool in_array = !open.empty() && open.back().is_array;
    if (!in_array && node != nullptr && ((c == '[' && node->opens_as_list) || (c == '{' && node->opens_as_object))) {
      open.push_back({node, c == '['});
      expect = c == '[' ? Expect::kFirstElement : Expect::kFirstKey;
      return pass_token();
    }
    if (is_plain(c)) return plain_value();
    if (counted == 0 && judge_here()) return !refused();
    // Most likely it is not all there.
    if (!find_end()) return wait();
    if (window.tokens()[counted] + 1 - at > kMaxElementBytes) return refuse("one of its values is larger than 4 MiB");
    counted = 0;
    return judge_here() ? !refused() : refuse(judge.why());
  }

  bool plain_value() {
    const std::string_view known(window.data(), window.size());
    const std::size_t end = known.find_first_of(",]} \t\r\n", at + searched);
    searched = known.size() - at;
    return end == std::string_view::npos ? wait() : judge_plain(end);
  }

  // A number or a word, which must reach to `end`.
  bool judge_plain(std::size_t end) {
    searched = 0;
    if (end - at > kMaxElementBytes) return refuse("one of its values is larger than 4 MiB");
    if (end == at || window.tokens()[token + 1] < end) return refuse("something stands where a value belongs");
    return judge_here() ? !refused() : refuse(judge.why());
  }

  // A member's name in an open object.
  bool key() {
    if (!find_end()) return wait();
    const std::size_t end = window.tokens()[counted] + std::size_t{1};
    if (end - at > kMaxElementBytes) return refuse("one of its values is larger than 4 MiB");
    TokenReader reader(window.data(), 0);
    const Token* const start = window.tokens() + token;
    if (reader.scalar(start) == nullptr) return refuse(reader.error());
    const std::string_view literal = reader.string(start);
    if (!is_utf8(literal)) return refuse("it is not UTF-8");
    OpenContainer& object = open.back();
    object.member = nullptr;
    std::string storage;
    const std::string_view name = unescape(literal, storage);
    for (std::size_t i = 0; i < object.node->members.size(); ++i) {
      const AnswerNode::Member& member = object.node->members[i];
      if (!same_parameter_name(rights.catalog(), name, member.name)) continue;
      if (!object.met.insert(i)) return refuse("an object names " + member.name + " twice");
      object.member = member.node.get();
    }
    token = std::exchange(counted, 0) + 1;
    expect = Expect::kColon;
    return pass(std::exchange(at, end), end);
  }

  // For what `at` stands before to be all there.
  bool wait() {
    if (window.size() - at > kMaxElementBytes) return refuse("one of its values is larger than 4 MiB");
    return false;
  }

  // Finds the token with which the container or string that begins at `token` ends, by brackets and quotes alone. Goes on
  // where it stopped for want of more.
  bool find_end() {
    const char* const text = window.data();
    const std::uint32_t* const tokens = window.tokens();
    if (counted == 0) {
      depth = 1;
      counted = token + 1;
    }
    const bool is_string = text[tokens[token]] == '"';
    for (; counted < window.token_count(); ++counted) {
      const char c = text[tokens[counted]];
      if (is_string) {
        if (c == '"') return true;
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return true;
      }
    }
    return false;
  }

  // Judges the value at `token`. False: it can't be read, and nothing has changed.
  bool judge_here() {
    if (!open.empty() && open.back().is_array) return judge_elements();
    const Verdict verdict = judge.judge(window, token, node_here(), static_cast<int>(open.size()), false, writer);
    if (verdict == Verdict::kUnreadable) return false;
    if (verdict == Verdict::kDrop) return refuse("all of it is about what is not permitted"), true;
    at = judge.end();
    token = judge.next_token();
    start();
    end_value();
    return true;
  }

  // The same in an open array; and the elements after it too, as long as they can be read.
  bool judge_elements() {
    OpenContainer& array = open.back();
    const AnswerNode* const node = array.node->each.get();
    bool any = false;
    for (;;) {
      const Verdict verdict = judge.judge(window, token, node, static_cast<int>(open.size()), array.any_kept, writer);
      if (verdict == Verdict::kUnreadable) return any;
      any = true;
      expect = Expect::kCommaOrEnd;
      at = judge.end();
      token = judge.next_token();
      if (verdict == Verdict::kKeep) {
        start();
        array.any_kept = true;
      } else {
        judge.count_dropped();
      }
      if (token + 1 >= window.token_count() || peek() != ',') return true;
      if (is_plain(window.data()[window.tokens()[token + 1]])) return true;
      expect = Expect::kValue;
      at = window.tokens()[++token];
    }
  }

  const Permitted permitted;
  const AnswerRights rights;
  const AnswerNode rules;
  AnswerJudge judge;

  Expect expect = Expect::kValue;
  std::vector<OpenContainer> open;
  JsonWindow window;
  std::size_t at = 0;        // up to where the window was gone over; where a value begins that is awaited
  std::size_t token = 0;     // the number of the first token at or after it
  std::size_t counted = 0;   // the token up to which find_end() has come in that value; 0: it was not called
  std::size_t depth = 0;     // there
  std::size_t searched = 0;  // how much of a number or word that is awaited is there
  SpanWriter writer;         // to `out`, or to `pending` until something was passed on
  std::string* out = nullptr;
  bool started = false;
  std::string pending;  // structure that waits for the first value to be judged
  std::string why;      // it was refused
};

AnswerFilter::AnswerFilter(const Catalog& catalog, const Operation& operation, const Permitted& permitted,
                           const std::vector<std::uint16_t>& positional)
    : state_(std::make_unique<State>(catalog, operation, permitted, positional)) {}
AnswerFilter::~AnswerFilter() = default;
AnswerFilter::AnswerFilter(AnswerFilter&&) noexcept = default;

Result<void> AnswerFilter::feed(std::string_view chunk, std::string& out) {
  if (state_->refused()) return unreadable("it was unreadable before");
  if (state_->rules.empty()) return out += chunk, Result<void>{};
  return state_->feed(chunk, out);
}

Result<void> AnswerFilter::finish(std::string& out) {
  if (state_->refused()) return unreadable("it was unreadable before");
  if (state_->rules.empty()) return {};
  return state_->finish(out);
}

std::size_t AnswerFilter::dropped_elements() const { return state_->judge.counters().dropped_elements; }
std::size_t AnswerFilter::removed_members() const { return state_->judge.counters().removed_members; }
std::size_t AnswerFilter::buffered_bytes() const { return state_->window.size() - state_->at + state_->pending.size(); }

}  // namespace latchkey::catalog
