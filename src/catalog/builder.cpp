#include "catalog/loading.h"
#include "catalog/matcher.h"

namespace latchkey::catalog {

std::unique_ptr<const Catalog> Builder::build(Draft&& draft) {
  auto catalog = std::make_unique<Catalog>();
  catalog->title_ = std::move(draft.title);
  catalog->version_ = std::move(draft.version);
  catalog->options_ = draft.options;
  catalog->operations_ = std::move(draft.operations);
  catalog->access_types_ = std::move(draft.access_types);
  catalog->rate_classes_ = std::move(draft.rate_classes);
  catalog->default_rate_class_ = draft.default_rate_class;
  catalog->groups_ = std::move(draft.groups);
  catalog->channels_ = std::move(draft.channels);
  catalog->attributes_ = std::move(draft.attributes);
  catalog->matcher_ = std::make_unique<Catalog::Matcher>(draft.options.path_ignores_case);
  for (const Operation& operation : catalog->operations_) {
    catalog->matcher_->add(operation.method, draft.notes[operation.index].path, operation.index);
    catalog->operation_by_id_.emplace(operation.id, operation.index);
  }
  for (std::size_t i = 0; i < catalog->channels_.size(); ++i) {
    catalog->channel_by_id_.emplace(catalog->channels_[i].id, static_cast<std::uint16_t>(i));
  }
  for (std::size_t i = 0; i < catalog->attributes_.size(); ++i) {
    const std::string& name = catalog->attributes_[i].name;
    catalog->attribute_by_name_.emplace(draft.options.attributes_ignore_case ? fold_ascii(name) : name,
                                        static_cast<std::uint16_t>(i));
  }
  return catalog;
}

}  // namespace latchkey::catalog
