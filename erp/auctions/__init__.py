"""Open auctions (公开反向拍卖): what the ERP keeps of them."""
