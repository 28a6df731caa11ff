// Cells of usage on their way to the node that watches, as parcels in the store: one for each second in which a node counted
// something. Form of a parcel: a byte 1, then for each cell 61 bytes, big endian: key (16), tenant (16), address (16), reason
// of the refusal or 255 (1), count (4), time of the latest in ms since 1970 (8).
#pragma once
#include <optional>
#include <string>

#include "store/duty_store.h"
#include "watch/cell_relay.h"

namespace latchkey::app {

std::string pack_cells(std::span<const watch::UsageCell> cells);
// Empty when they are not what pack_cells makes.
std::optional<std::vector<watch::UsageCell>> unpack_cells(std::string_view bytes);

class StoredCellRelay final : public watch::CellRelay {
 public:
  explicit StoredCellRelay(store::ParcelStore& parcels) : parcels_(parcels) {}
  Result<void> pass_on(std::span<const watch::UsageCell> cells) override;
  Result<std::vector<watch::UsageCell>> take() override;

 private:
  store::ParcelStore& parcels_;
};

}  // namespace latchkey::app
