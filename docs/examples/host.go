// A host of torchserve-check: runs each instance of a file twice and prints what it got (docs/protocol.md).
//
//	go run host.go torchserve-check instances.json [time until a run is cancelled, such as 20s]
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"time"
)

type object = map[string]any

var messages, input = make(chan object), (*json.Encoder)(nil)

// merge puts parts together: arrays append, objects merge at every level, anything else is set.
func merge(whole, part any) any {
	before, isArray := whole.([]any)
	if more, ok := part.([]any); ok && isArray {
		return append(before, more...)
	}
	into, isObject := whole.(object)
	if more, ok := part.(object); ok && isObject {
		for key, value := range more {
			into[key] = merge(into[key], value)
		}
		return into
	}
	return part
}

func ask(number int, method string, params object, patience time.Duration) (failure, result any) {
	input.Encode(object{"jsonrpc": "2.0", "id": number, "method": method, "params": params})
	end, cancelled := time.After(patience), false
	for {
		select {
		case message, ok := <-messages:
			params, _ := message["params"].(object)
			if !ok {
				log.Fatal("the plugin ended")
			} else if message["method"] == "log" {
				log.Println(params["level"], params["message"])
			} else if message["method"] == "report" {
				result = merge(result, params["part"])
			} else if id, _ := message["id"].(json.Number); id.String() == fmt.Sprint(number) {
				return message["error"], merge(result, message["result"])
			}
		case <-end:
			if cancelled {
				log.Fatal("the plugin hangs")
			}
			input.Encode(object{"jsonrpc": "2.0", "method": "$/cancel", "params": object{"id": number}})
			end, cancelled = time.After(2*time.Second), true
		}
	}
}

func main() {
	patience := 20 * time.Second
	if len(os.Args) > 3 {
		patience, _ = time.ParseDuration(os.Args[3])
	}
	var instances []object
	if text, err := os.ReadFile(os.Args[2]); err != nil || json.Unmarshal(text, &instances) != nil {
		log.Fatal(os.Args[2], ": no list of instances")
	}
	child := exec.Command(os.Args[1])
	stdin, _ := child.StdinPipe()
	stdout, _ := child.StdoutPipe()
	if err := child.Start(); err != nil {
		log.Fatal(err)
	}
	defer child.Process.Kill()
	input = json.NewEncoder(stdin)
	go func() {
		decoder := json.NewDecoder(stdout)
		decoder.UseNumber() // State goes back as it came.
		for message := (object{}); decoder.Decode(&message) == nil; message = (object{}) {
			messages <- message
		}
		close(messages)
	}()
	ask(1, "initialize", object{"protocol_version": 1, "host": object{"name": "host.go"}, "max_message_bytes": 4096}, 10*time.Second)
	states, number := map[int]any{}, 1
	for run := 1; run <= 2; run++ {
		for index, instance := range instances {
			number++
			params := object{"instance": instance, "check_id": fmt.Sprint("torchserve:", index), "state": states[index], "timeout_ms": 15000}
			failure, result := ask(number, "check/run", params, patience)
			if failure, ok := failure.(object); ok {
				fmt.Println(run, index, failure["code"], failure["message"])
				continue
			}
			report := result.(object)
			states[index] = report["state"]
			count := func(key string) int { return len(report[key].([]any)) }
			fmt.Println(run, index, report["status"], count("metrics"), count("service_checks"), count("events"))
		}
	}
	ask(number+1, "shutdown", object{}, 10*time.Second)
}
