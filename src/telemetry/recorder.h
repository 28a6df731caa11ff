// Everything that is told of a finished request here: metrics, and the access log if there is one.
//
//   Recorder recorder(metrics, &access_log);     // or nullptr
//   Recorder::Writer writer(recorder);           // one per event loop; used on that loop's thread only
//   writer.note(event);
#pragma once
#include <optional>

#include "telemetry/access_log.h"
#include "telemetry/metrics.h"

namespace latchkey::telemetry {

class Recorder {
 public:
  Recorder(Metrics& metrics, AccessLog* access_log) : metrics_(metrics), access_log_(access_log) {}

  class Writer {
   public:
    explicit Writer(Recorder& recorder) : metrics_(recorder.metrics_) {
      if (recorder.access_log_ != nullptr) access_log_.emplace(*recorder.access_log_);
    }
    void note(const Event& event) {
      metrics_.note(event);
      if (access_log_) access_log_->note(event);
    }

    // Whether an event's path is of use to anyone.
    bool writes_lines() const { return access_log_.has_value(); }

   private:
    Metrics::Writer metrics_;
    std::optional<AccessLog::Writer> access_log_;
  };

 private:
  Metrics& metrics_;
  AccessLog* const access_log_;
};

}  // namespace latchkey::telemetry
