// Filtering an answer of 20,000 rows from memory, fed in pieces of 16 KiB as the gateway does and taken away after each, in
// turns with simdjson parsing the same answer whole, and with memcpy of it. One thread, by the processor's time. Operations, channels and
// attributes are the shipped catalog's.
//
//   bench_filter [ROUNDS]     (41)
#include <sched.h>

#include <charconv>
#include <cstring>
#include <ctime>
#include <deque>
#include <random>

// tidy: what the filter is compared with
#include <simdjson.h>

#include "bench_place.h"
#include "catalog/answer_filter.h"
#include "catalog/load.h"
#include "report.h"

namespace {

using namespace latchkey;
using namespace latchkey::bench;

constexpr int kRows = 20'000;
constexpr std::size_t kPiece = std::size_t{16} * 1024;
constexpr int kChannels[] = {502, 504, 505, 506, 510, 511};

// What is filtered, and what is left of it.
struct Shape {
  std::string name;
  std::string what;
  catalog::Operation operation;
  Permitted permitted;
  std::vector<std::uint16_t> positional;
  std::string answer;
  bool judged = true;
};

class Shapes {
 public:
  explicit Shapes(const catalog::Catalog& catalog) : catalog_(catalog) {}

  std::vector<Shape> all() {
    const Permitted some = permit({"504", "505"}, {});
    const Permitted every = permit({"502", "504", "505", "506", "510", "511"}, {});
    Permitted both = permit({"502", "504", "505", "506", "510", "511"}, {"Alias", "Country", "City"});
    std::vector<Shape> out;
    out.push_back({"dropped",
                   "two channels of six permitted",
                   operation("GetCustomerChannelInteractions"),
                   some,
                   {},
                   interactions("")});
    out.push_back(
        {"kept", "every row permitted", operation("GetCustomerChannelInteractions"), every, {}, interactions("")});
    out.push_back({"positional", "rows with a list of three attributes, each limited to three",
                   operation("GetCustomerOneTimeActionsByDate"), both, positional(),
                   actions("Sophie", "Brighton & Hove")});
    out.push_back({"members",
                   "rows keyed by attribute, 3 of 10 permitted",
                   by_attribute(),
                   permit({}, {"Alias", "Country", "City"}),
                   {},
                   attributes()});
    out.push_back({"spaced",
                   "two channels of six, a blank after each colon and comma",
                   operation("GetCustomerChannelInteractions"),
                   some,
                   {},
                   interactions(" ")});
    out.push_back({"hebrew", "positional, names in Hebrew letters", operation("GetCustomerOneTimeActionsByDate"), both,
                   positional(), actions("נועה", "תל אביב"), false});
    out.push_back({"escaped", "positional, the same names as escapes", operation("GetCustomerOneTimeActionsByDate"),
                   both, positional(),
                   actions(R"(\u05e0\u05d5\u05e2\u05d4)", R"(\u05ea\u05dc \u05d0\u05d1\u05d9\u05d1)"), false});
    return out;
  }

 private:
  const catalog::Operation& operation(const char* id) const { return *catalog_.find_operation(id); }

  // The catalog has one customer by attribute; here there are many.
  catalog::Operation by_attribute() const {
    catalog::Operation many = operation("GetCustomerAttributes");
    for (catalog::AnswerPlace& place : many.answer) place.path.insert(place.path.begin(), catalog::Step{});
    return many;
  }

  Permitted permit(std::initializer_list<const char*> channels, std::initializer_list<const char*> attributes) const {
    Permitted permitted;
    if (channels.size() > 0) permitted.channels.emplace();
    for (const char* id : channels) permitted.channels->insert(*catalog_.channel_index(id));
    if (attributes.size() > 0) permitted.attributes.emplace();
    for (const char* name : attributes) permitted.attributes->insert(*catalog_.attribute_index(name));
    return permitted;
  }
  std::vector<std::uint16_t> positional() const {
    return {*catalog_.attribute_index("Alias"), *catalog_.attribute_index("Country"),
            *catalog_.attribute_index("City")};
  }

  template <class Row>
  std::string rows(Row&& row) {
    std::string out = "[";
    for (int i = 0; i < kRows; ++i) out += (i == 0 ? "" : ",") + row();
    return out + "]";
  }
  std::size_t below(std::size_t limit) { return random_() % limit; }
  int channel() { return kChannels[below(std::size(kChannels))]; }
  std::string date() { return fmt::format("2026-{:02}-{:02}", 1 + below(12), 1 + below(28)); }
  std::string customer() { return fmt::format("{:X}", 100'000 + below(9'000'000)); }

  // `blank` stands after each colon and comma.
  std::string interactions(const std::string& blank) {
    return rows([&] {
      std::string row = fmt::format(
          R"({{"Date":"{}","CampaignID":{},"RecipientGroupID":{},"ActionID":{},"ChannelID":{},"TemplateID":{},"EventID":{}}})",
          date(), below(30'000), below(4), below(200), channel(), below(500), below(12));
      if (blank.empty()) return row;
      std::string spaced;
      for (const char c : row) (spaced += c) += c == ':' || c == ',' ? blank : "";
      return spaced;
    });
  }
  std::string actions(const std::string& name, const std::string& city) {
    return rows([&] {
      return fmt::format(
          R"({{"CustomerID":"{}","RecipientGroupID":{},"ActionID":{},"ChannelID":{},"CustomerAttributes":["{}{}","IL","{}"]}})",
          customer(), below(4), below(200), channel(), name, below(1'000), city);
    });
  }
  std::string attributes() {
    return rows([&] {
      return fmt::format(
          R"({{"CustomerID":"{0}","Alias":"Yo{1}","FirstName":"Sophie","LastName":"Archer","Email":"sophie.archer{1}@mail.example",)"
          R"("Country":"UK","City":"Brighton & Hove","Age":{2},"Balance":{3}.{2},"SmsUnsubscribed":{4}}})",
          customer(), below(1'000), 18 + below(70), below(5'000), below(2) == 0 ? "true" : "false");
    });
  }

  const catalog::Catalog& catalog_;
  std::mt19937_64 random_{20'260'501};
};

struct Filtered {
  std::size_t passed = 0;
  std::size_t read_before_first = 0;  // bytes fed when the first byte came out
  std::size_t dropped = 0, removed = 0;
};

Filtered filter(const catalog::Catalog& catalog, const Shape& shape, std::string& piece) {
  catalog::AnswerFilter filter(catalog, shape.operation, shape.permitted, shape.positional);
  Filtered found;
  const std::string_view answer = shape.answer;
  for (std::size_t at = 0; at < answer.size(); at += kPiece) {
    piece.clear();
    if (auto fed = filter.feed(answer.substr(at, kPiece), piece); !fed) give_up(fed.error());
    if (found.passed == 0 && !piece.empty()) found.read_before_first = std::min(at + kPiece, answer.size());
    found.passed += piece.size();
  }
  piece.clear();
  if (auto finished = filter.finish(piece); !finished) give_up(finished.error());
  found.passed += piece.size();
  found.dropped = filter.dropped_elements();
  found.removed = filter.removed_members();
  return found;
}

// This thread's, so that what others do with the core meanwhile does not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// GB/s of what `use` does once with the answer.
template <class Use>
double speed(const std::string& answer, Use&& use) {
  const double start = processor_seconds();
  use();
  return static_cast<double>(answer.size()) / 1e9 / (processor_seconds() - start);
}

// One shape, a round at a time.
class Measured {
 public:
  Measured(const catalog::Catalog& catalog, const Shape& shape)
      : catalog_(catalog), shape_(shape), padded_(shape.answer), copy_(shape.answer.size(), ' ') {}

  void run() {
    filtering_.push_back(speed(shape_.answer, [&] { found_ = filter(catalog_, shape_, piece_); }));
    parsing_.push_back(speed(shape_.answer, [&] {
      if (parser_.parse(padded_).error() != simdjson::SUCCESS)
        give_up({.message = "simdjson can't read " + shape_.name, .detail = {}});
    }));
    copying_.push_back(speed(shape_.answer, [&] {
      std::memcpy(copy_.data(), shape_.answer.data(), copy_.size());
      asm volatile("" : : "r"(copy_.data()) : "memory");
    }));
  }
  void forget() {
    filtering_.clear();
    parsing_.clear();
    copying_.clear();
  }

  void tell(Report& report) const {
    const double seen = median(filtering_);
    report.about(fmt::format("{}: {}; {} bytes, {} passed, {} rows dropped, {} members removed; memcpy {:.1f} GB/s",
                             shape_.name, shape_.what, shape_.answer.size(), found_.passed, found_.dropped,
                             found_.removed, median(copying_)));
    report.add({.name = "filter.rows20k." + shape_.name,
                .value = seen,
                .unit = "GB/s",
                .baseline = median(parsing_),
                .must = shape_.judged ? "at least 1 GB/s" : "",
                .met = !shape_.judged || seen >= 1});
  }
  void tell_first_byte(Report& report) const {
    report.add({.name = "filter.first_byte",
                .value = static_cast<double>(found_.read_before_first),
                .unit = "bytes read before the first byte is out",
                .baseline = static_cast<double>(shape_.answer.size()),
                .must = "one piece of many",
                .met = found_.read_before_first <= kPiece});
  }

 private:
  const catalog::Catalog& catalog_;
  const Shape& shape_;
  const simdjson::padded_string padded_;
  simdjson::dom::parser parser_;
  std::string piece_, copy_;
  Filtered found_;
  std::vector<double> filtering_, parsing_, copying_;
};

// What each filtered answer costs, however short it is: one row.
void measure_one_row(const catalog::Catalog& catalog, const Shape& rows, int rounds, Report& report) {
  Shape one = rows;
  one.answer.resize(one.answer.find('}') + 1);
  one.answer += ']';
  constexpr int kTimes = 2'000;
  std::vector<double> seconds;
  std::string piece;
  for (int round = 0; round <= rounds; ++round) {
    const double start = processor_seconds();
    for (int i = 0; i < kTimes; ++i) filter(catalog, one, piece);
    if (round > 0) seconds.push_back((processor_seconds() - start) / kTimes);
  }
  report.add({.name = "filter.one_row",
              .value = median(seconds) * 1e9,
              .unit = "ns",
              .baseline = {},
              .must = "",
              .met = true});
}

}  // namespace

int main(int argc, char** argv) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  sched_setaffinity(0, sizeof set, &set);
  int rounds = 41;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), rounds);
  const catalog::LoadResult loaded = catalog::load_catalog_file(LATCHKEY_SOURCE_DIR "/catalogs/optimove.yaml");
  if (loaded.catalog == nullptr) give_up({.message = "The shipped catalog can't be read.", .detail = {}});
  Report report;
  report.about(fmt::format(
      "filtering 20,000 rows in pieces of 16 KiB, against simdjson parsing them; medians of {} rounds in turns",
      rounds));
  const std::vector<Shape> shapes = Shapes(*loaded.catalog).all();
  std::deque<Measured> measured;
  for (const Shape& shape : shapes) measured.emplace_back(*loaded.catalog, shape);
  for (int round = -2; round < rounds; ++round) {
    for (Measured& each : measured) {
      if (round == 0) each.forget();  // what came before was to warm up
      each.run();
    }
  }
  for (const Measured& each : measured) each.tell(report);
  measured.front().tell_first_byte(report);
  measure_one_row(*loaded.catalog, shapes.front(), rounds, report);
  return 0;
}
