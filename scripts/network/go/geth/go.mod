module interlock/network/geth

go 1.21

require github.com/ethereum/go-ethereum v1.13.15
