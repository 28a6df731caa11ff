// What each GET of the API answers. Internal to the sample API.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "sample_api/parameters.h"

namespace latchkey::sample {

using Row = std::optional<std::string>;  // JSON; nothing when the query leaves it out

// A list, whose rows are made one by one as they are sent; or one object, `whole`.
struct Listing {
  int rows = 0;
  std::function<Row(int)> row;
  std::string whole;
};

inline Listing list_of(int rows, std::function<Row(int)> row) { return {rows, std::move(row), {}}; }
inline Listing one(std::string object) { return {0, {}, std::move(object)}; }

// listings_campaigns.cpp
Listing executed_campaigns(const Asked& asked);
Listing executed_campaigns_by_channel(const Asked& asked);
Listing executed_campaign_on_channel(const Asked& asked);
Listing campaign(const Asked& asked);
Listing execution_channels(const Asked& asked);
Listing promo_codes(const Asked& asked);

// listings_customers.cpp
Listing customers_in_campaign(const Asked& asked);
Listing last_action(const Asked& asked);
Listing one_time_actions(const Asked& asked);
Listing send_details(const Asked& asked);
Listing execution_details(const Asked& asked);
Listing future_values(const Asked& asked);
Listing campaign_interactions(const Asked& asked);
Listing channel_interactions(const Asked& asked);
Listing customer_attributes(const Asked& asked);
Listing attribute_changers(const Asked& asked);
Listing microsegment_changers(const Asked& asked);
Listing value_segment_changers(const Asked& asked);
Listing customers_by_value_segment(const Asked& asked);
Listing unsubscribers(const Asked& asked);

// listings_directory.cpp: things with an id and a name
Listing last_data_update(const Asked& asked);
Listing event_listeners(const Asked& asked);
Listing attribute_list(const Asked& asked);
Listing lifecycle_stages(const Asked& asked);
Listing microsegments(const Asked& asked);
Listing actions(const Asked& asked);
Listing actions_of_target_group(const Asked& asked);
Listing action_details(const Asked& asked);
Listing one_action(const Asked& asked);
Listing target_groups(const Asked& asked);
Listing one_target_group(const Asked& asked);
Listing target_group_details(const Asked& asked);
Listing value_segments(const Asked& asked);
Listing one_value_segment(const Asked& asked);
Listing templates(const Asked& asked);
Listing promotions(const Asked& asked);

}  // namespace latchkey::sample
