#include "app/cell_relay.h"

#include <cstring>

#include "base/log.h"

namespace latchkey::app {
namespace {

constexpr std::string_view kTopic = "watch";
constexpr char kForm = 1;
constexpr std::size_t kCellBytes = 61;
constexpr std::uint8_t kAllowed = 255;
constexpr int kParcelsAtOnce = 100;

template <class T>
void append(std::string& out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
}

void append(std::string& out, const Uuid& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <class T>
T read(std::string_view& in) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = value << 8 | static_cast<std::uint8_t>(in[i]);
  in.remove_prefix(sizeof(T));
  return static_cast<T>(value);
}

Uuid read_uuid(std::string_view& in) {
  Uuid bytes{};
  std::memcpy(bytes.data(), in.data(), bytes.size());
  in.remove_prefix(bytes.size());
  return bytes;
}

}  // namespace

std::string pack_cells(std::span<const watch::UsageCell> cells) {
  std::string out(1, kForm);
  out.reserve(1 + cells.size() * kCellBytes);
  for (const watch::UsageCell& cell : cells) {
    append(out, cell.key.bytes());
    append(out, cell.tenant.bytes());
    append(out, cell.address.bytes());
    append(out, cell.refused ? static_cast<std::uint8_t>(*cell.refused) : kAllowed);
    append(out, cell.count);
    append(out, cell.last.unix_ms);
  }
  return out;
}

std::optional<std::vector<watch::UsageCell>> unpack_cells(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kForm || (bytes.size() - 1) % kCellBytes != 0) return std::nullopt;
  bytes.remove_prefix(1);
  std::vector<watch::UsageCell> cells;
  cells.reserve(bytes.size() / kCellBytes);
  while (!bytes.empty()) {
    watch::UsageCell& cell = cells.emplace_back();
    cell.key = KeyId(read_uuid(bytes));
    cell.tenant = TenantId(read_uuid(bytes));
    cell.address = IpAddress(read_uuid(bytes));
    const auto refused = read<std::uint8_t>(bytes);
    if (refused != kAllowed) {
      if (refused >= kDenyReasonCount) return std::nullopt;
      cell.refused = static_cast<DenyReason>(refused);
    }
    cell.count = read<std::uint32_t>(bytes);
    cell.last = {read<std::int64_t>(bytes)};
  }
  return cells;
}

Result<void> StoredCellRelay::pass_on(std::span<const watch::UsageCell> cells) {
  return parcels_.put(kTopic, pack_cells(cells));
}

Result<std::vector<watch::UsageCell>> StoredCellRelay::take() {
  LK_ASSIGN(const std::vector<std::string> parcels, parcels_.take(kTopic, kParcelsAtOnce));
  std::vector<watch::UsageCell> cells;
  for (const std::string& parcel : parcels) {
    const auto unpacked = unpack_cells(parcel);
    if (!unpacked) {
      // Of a newer version, as while nodes are upgraded one by one.
      log::warn("watch.parcel_unreadable", {{"bytes", std::to_string(parcel.size())}});
      continue;
    }
    cells.insert(cells.end(), unpacked->begin(), unpacked->end());
  }
  return cells;
}

}  // namespace latchkey::app
