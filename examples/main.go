package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"
)

var client = &http.Client{Timeout: 2 * time.Second}

func requires(scope string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		check, _ := http.NewRequest("GET", os.Getenv("PERSONAS_URL")+"/auth/verify?scope="+url.QueryEscape(scope), nil)
		for _, name := range []string{"Authorization", "X-Authorization", "X-Api-Key"} {
			check.Header[name] = r.Header[name]
		}
		answer, err := client.Do(check)
		if err != nil {
			http.Error(w, "unavailable", http.StatusServiceUnavailable)
			return
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			w.Header()["Www-Authenticate"] = answer.Header["Www-Authenticate"]
			http.Error(w, "refused", answer.StatusCode)
			return
		}
		r.Header.Set("X-User-Name", answer.Header.Get("X-User-Name"))
		next(w, r)
	}
}

func main() {
	http.HandleFunc("/orders", requires("orders:read", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Orders of %s", r.Header.Get("X-User-Name"))
	}))
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
