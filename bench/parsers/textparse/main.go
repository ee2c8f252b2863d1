// Command textparse measures Go's parsers of metric texts: Prometheus' own (model/textparse) and the one of its client
// libraries (common/expfmt).
//
//	textparse textparse|textparse-blocks|textparse-labels|expfmt prometheus|openmetrics FILE REPETITIONS
//
// It prints one JSON object: bytes, samples, seconds of each repetition, peak resident memory.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

type result struct {
	Bytes        int       `json:"bytes"`
	Samples      int       `json:"samples"`
	Seconds      []float64 `json:"seconds"`
	PeakRSSBytes int64     `json:"peak_rss_bytes"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "textparse:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return errors.New("usage: textparse textparse|textparse-blocks|textparse-labels|expfmt prometheus|openmetrics FILE REPETITIONS")
	}
	text, err := os.ReadFile(args[2])
	if err != nil {
		return err
	}
	repetitions, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	parse, err := parser(args[0], args[1])
	if err != nil {
		return err
	}
	measured := result{Bytes: len(text)}
	for range repetitions {
		start := time.Now()
		measured.Samples, err = parse(text)
		if err != nil {
			return err
		}
		measured.Seconds = append(measured.Seconds, time.Since(start).Seconds())
	}
	measured.PeakRSSBytes, err = peakMemory()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(measured)
}

// peakMemory is the kernel's high-water mark of this program; getrusage would count the process that started it.
func peakMemory() (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindSubmatch(status)
	if found == nil {
		return 0, errors.New("/proc/self/status has no VmHWM")
	}
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	return kilobytes * 1024, err
}

func parser(kind, format string) (func([]byte) (int, error), error) {
	switch kind {
	case "textparse", "textparse-blocks", "textparse-labels":
		work := strings.TrimPrefix(kind, "textparse")
		return func(text []byte) (int, error) { return withTextparse(text, format, work) }, nil
	case "expfmt":
		if format != "prometheus" {
			return nil, errors.New("expfmt reads the prometheus format only")
		}
		return withExpfmt, nil
	}
	return nil, fmt.Errorf("no parser %q", kind)
}

// withTextparse reads every entry, and of every sample the series as a string ("-blocks") or its labels ("-labels", what
// Prometheus does with a series that it has not seen).
func withTextparse(text []byte, format, work string) (int, error) {
	symbols := labels.NewSymbolTable()
	var p textparse.Parser
	if format == "openmetrics" {
		p = textparse.NewOpenMetricsParser(text, symbols)
	} else {
		p = textparse.NewPromParser(text, symbols, false)
	}
	samples := 0
	sum := 0.0
	var decoded labels.Labels
	var block string
	for {
		entry, err := p.Next()
		if errors.Is(err, io.EOF) {
			return samples, nil
		}
		if err != nil {
			return samples, err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		series, _, value := p.Series()
		sum += value
		switch work {
		case "-blocks":
			block = string(series)
			sum += float64(len(block))
		case "-labels":
			p.Labels(&decoded)
		}
		samples++
	}
}

func withExpfmt(text []byte) (int, error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	samples := 0
	for _, family := range families {
		samples += count(family)
	}
	return samples, err
}

func count(family *dto.MetricFamily) int {
	return len(family.GetMetric())
}
