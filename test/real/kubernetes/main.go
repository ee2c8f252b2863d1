// Renders folders with kustomize, and holds every object against the types of its API: a field that there is not, or
// of another type, is an error. What was rendered is printed as JSON, one list for each folder.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	strict "sigs.k8s.io/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

func typeOf(apiVersion, kind string) any {
	switch apiVersion + " " + kind {
	case "v1 ConfigMap":
		return &corev1.ConfigMap{}
	case "v1 Service":
		return &corev1.Service{}
	case "v1 ServiceAccount":
		return &corev1.ServiceAccount{}
	case "apps/v1 DaemonSet":
		return &appsv1.DaemonSet{}
	case "apps/v1 Deployment":
		return &appsv1.Deployment{}
	case "monitoring.coreos.com/v1 PodMonitor":
		return &monitoringv1.PodMonitor{}
	case "monitoring.coreos.com/v1 Probe":
		return &monitoringv1.Probe{}
	}
	return nil
}

func render(folder string) ([]json.RawMessage, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return nil, err
	}
	var objects []json.RawMessage
	for _, resource := range resources.Resources() {
		object, err := resource.MarshalJSON()
		if err != nil {
			return nil, err
		}
		into := typeOf(resource.GetApiVersion(), resource.GetKind())
		if into == nil {
			return nil, fmt.Errorf("%s: no type is known for it here", resource.CurId())
		}
		problems, err := strict.UnmarshalStrict(object, into)
		if err == nil && len(problems) > 0 {
			err = problems[0]
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", resource.CurId(), err)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func main() {
	var folders [][]json.RawMessage
	for _, folder := range os.Args[1:] {
		objects, err := render(folder)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", folder, err)
			os.Exit(1)
		}
		folders = append(folders, objects)
	}
	if err := json.NewEncoder(os.Stdout).Encode(folders); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
